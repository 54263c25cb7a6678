package org.p2pvpn.overlay.control;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.p2pvpn.overlay.ledger.Observation;
import org.p2pvpn.overlay.session.Session;
import org.p2pvpn.overlay.session.Way;
import org.p2pvpn.overlay.wire.ControlMessage;
import org.p2pvpn.overlay.wire.ControlMessage.LeaseGrant;

/** New connections take another exit, old ones keep theirs until they end or a limit. */
final class ClassExitTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final TrafficClass REST = TrafficClass.rest("SE", 1, "balanced");

  @TempDir private Path folder;

  private final List<Lent> lent = new ArrayList<>();
  private final List<LeaseGrant> asked = new ArrayList<>();
  private long now = 1_000_000_000_000L;
  private PeerBook book = new PeerBook(Path.of("never written"), TestPeers.OWN);
  private Exits exits = exits();

  @BeforeEach
  void openBook() {
    book = new PeerBook(folder.resolve("peers"), TestPeers.OWN);
    exits = exits();
    exits.use(REST, new PlannerWorld(folder, book, "SE").planner(), now);
  }

  private Exits exits() {
    return new Exits(book, new ControlCounters(), new SecureRandom(), new Told(), new Deaf());
  }

  private ClassExit rest() {
    return requireNonNull(exits.rest());
  }

  private static LeaseGrant grant(int number) {
    return new LeaseGrant(0xF800_0000 + number, 0xFD71L << 48, number, 0);
  }

  /** An exit that is reached straight, by a path that stands. */
  private Peer connected(int number) {
    Peer exit = TestPeers.add(book, number, "exit-" + number, Peer.Origin.CONFIG);
    TestPeers.connect(exit, now);
    return exit;
  }

  /** It was drawn, and lends. */
  private void first(Peer exit, int lease) {
    ExitUse use = rest().uses().findFirst().orElseThrow();
    use.circuits.adopt(requireNonNull(rest().planner()), new CircuitPath(List.of(exit), now), now);
    exits.onGrant(exit, grant(lease), now);
  }

  private boolean change(Peer to) {
    ExitUse use = rest().uses().findFirst().orElseThrow();
    return rest().changeExit(use, new CircuitPath(List.of(to), now), now);
  }

  /** New connections leave by this one. */
  private void move(Peer to, int lease) {
    assertThat(change(to)).isTrue();
    exits.onGrant(to, grant(lease), now);
  }

  private void hear(Peer... peers) {
    for (Peer peer : peers) {
      peer.session.onReceived(0, now);
    }
  }

  @Test
  void theNextExitHasItsTurnWhenItHasLentAndTheOldOneStays() {
    Peer one = connected(1);
    Peer two = connected(2);
    first(one, 11);
    assertThat(change(two)).isTrue();
    assertThat(requireNonNull(rest().link()).peer).as("until it lends").isSameAs(one);
    assertThat(exits.isExit(two)).isTrue();
    exits.onGrant(two, grant(12), now);
    assertThat(requireNonNull(rest().link()).peer).isSameAs(two);
    assertThat(lent.getLast()).isEqualTo(new Lent(grant(12), List.of(grant(11))));
    assertThat(exits.areSeveral()).as("a packet's source decides").isTrue();
    assertThat(exits.isExit(one)).isTrue();
    assertThat(change(one)).as("back, while its old connections last").isFalse();
    assertThat(rest().switches()).hasSize(1);
  }

  @Test
  void anExitThatDoesNotLendIsGivenUp() {
    Peer one = connected(1);
    Peer two = connected(2);
    first(one, 11);
    assertThat(change(two)).isTrue();
    now += 11 * SECOND;
    hear(one, two);
    exits.onTick(now);
    assertThat(exits.isExit(two)).isFalse();
    assertThat(requireNonNull(rest().link()).peer).isSameAs(one);
    assertThat(lent).hasSize(1);
    assertThat(change(two)).as("another try").isTrue();
  }

  @Test
  void anExitWithoutConnectionsIsLeft() {
    Peer one = connected(1);
    Peer two = connected(2);
    first(one, 11);
    move(two, 12);
    now += 11 * SECOND;
    hear(one, two);
    exits.onTick(now);
    assertThat(asked).containsExactly(grant(11));
    one.session.onReceived(1_000_000, now);
    exits.onUnused(0, grant(11), now);
    assertThat(exits.isExit(one)).as("what it forwards for others has no sockets").isTrue();
    exits.onUnused(0, grant(99), now);
    assertThat(exits.isExit(one)).isTrue();
    exits.onUnused(0, grant(11), now);
    assertThat(exits.isExit(one)).isFalse();
    assertThat(lent.getLast()).isEqualTo(new Lent(grant(12), List.of()));
    assertThat(exits.areSeveral()).isFalse();
  }

  @Test
  void noConnectionHoldsAnExitForEver() {
    Peer one = connected(1);
    Peer two = connected(2);
    first(one, 11);
    move(two, 12);
    now += ClassExit.FORMER_NANOS - SECOND;
    hear(one, two);
    exits.onTick(now);
    assertThat(exits.isExit(one)).isTrue();
    now += SECOND;
    hear(one, two);
    exits.onTick(now);
    assertThat(exits.isExit(one)).isFalse();
  }

  @Test
  void aSilentFormerExitIsLeft() {
    Peer one = connected(1);
    Peer two = connected(2);
    first(one, 11);
    move(two, 12);
    now += ExitLink.SILENT_AFTER_NANOS;
    hear(two);
    exits.onTick(now);
    assertThat(exits.isExit(one)).isFalse();
    assertThat(exits.isExit(two)).isTrue();
  }

  @Test
  void theOldestOfTooManyGoes() {
    List<Peer> all = new ArrayList<>();
    for (int i = 1; i <= ClassExit.FORMER_MAX + 2; i++) {
      all.add(connected(i));
    }
    first(all.getFirst(), 11);
    for (int i = 1; i < all.size(); i++) {
      move(all.get(i), 11 + i);
    }
    assertThat(rest().former()).hasSize(ClassExit.FORMER_MAX);
    assertThat(exits.isExit(all.getFirst())).isFalse();
    assertThat(lent.getLast().former()).containsExactly(grant(14), grant(13), grant(12));
  }

  @Test
  void anotherExitThatWasAskedForEndsAllThatCameBefore() {
    Peer one = connected(1);
    Peer two = connected(2);
    Peer three = connected(3);
    first(one, 11);
    move(two, 12);
    exits.use(REST, three, now);
    assertThat(exits.isExit(one)).isFalse();
    assertThat(exits.isExit(two)).isFalse();
    assertThat(exits.isExit(three)).isTrue();
    assertThat(rest().circuits().reports()).as("nothing leads back to the country's").isEmpty();
    assertThat(rest().planner()).isNull();
  }

  /** What the node is told. */
  private final class Told implements ControlEvents {
    @Override
    public void onConnected(Peer peer) {}

    @Override
    public void onRefused(Peer peer, String why) {}

    @Override
    public void onLease(TrafficClass traffic, Lent what) {
      lent.add(what);
    }

    @Override
    public void onFormer(TrafficClass traffic, LeaseGrant lease) {
      asked.add(lease);
    }

    @Override
    public void onObserved(Observation what) {}
  }

  /** Nothing is sent. */
  private static final class Deaf implements Exits.Outlet {
    @Override
    public void send(Peer peer, ControlMessage message) {}

    @Override
    public void probe(Session session, @Nullable Way way, byte[] frame) {}

    @Override
    public long ping(Peer peer, long nowNanos) {
      return 0;
    }

    @Override
    public void call(Peer peer, long nowNanos) {}

    @Override
    public void initiate(Peer hop, int index, Way way, long nowNanos) {}

    @Override
    public int newIndex(Peer hop) {
      return 0;
    }

    @Override
    public void forget(Peer hop, long nowNanos) {}

    @Override
    public void onExit(Peer exit, long nowNanos) {}

    @Override
    public void onKnown() {}
  }
}
