package org.p2pvpn.overlay.control;

import java.nio.file.Path;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.noise.Identity;
import org.p2pvpn.overlay.discovery.advert.Moment;
import org.p2pvpn.overlay.discovery.advert.WorkPuzzle;
import org.p2pvpn.overlay.identity.NodeId;
import org.p2pvpn.overlay.score.PathRequest;
import org.p2pvpn.overlay.score.Preset;
import org.p2pvpn.overlay.wire.ControlMessage;

/** A planner with all that it asks: a book, and adverts that nobody sent. */
record PlannerWorld(Path folder, PeerBook book, String country) {
  private static final long NOW = 1_800_000_000L;

  /** Of one hop, to any exit of the country. */
  PathPlanner planner() {
    return planner(1, null, 1);
  }

  PathPlanner planner(int hops, @Nullable NodeId exit, long seed) {
    Adverts adverts =
        new Adverts(
            Identity.ofSeed(new byte[Identity.SEED_BYTES]),
            folder.resolve("adverts"),
            new WorkPuzzle(0),
            book,
            new Random(seed),
            new Deaf(),
            new Moment(NOW, 0));
    PathRequest request =
        PathRequest.of(hops, Preset.BALANCED.weights()).withExitCountry(country).withExitNode(exit);
    return new PathPlanner(
        book,
        new Roster(book, adverts, new Experience(_ -> {}), new Random(seed)),
        request,
        GuardBook.inMemory(),
        new Random(seed));
  }

  private static final class Deaf implements Adverts.Outlet {
    @Override
    public void send(Peer peer, ControlMessage message) {}

    @Override
    public void onKnown() {}
  }
}
