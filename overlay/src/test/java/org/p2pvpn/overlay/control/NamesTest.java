package org.p2pvpn.overlay.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.p2pvpn.overlay.identity.NodeId;
import org.p2pvpn.overlay.identity.OverlayAddress;

class NamesTest {
  private static final NodeId OWN = TestPeers.address(9, null).nodeId();

  @TempDir Path folder;
  private final PeerBook peers = new PeerBook(Path.of("never written"), TestPeers.OWN);
  private final Peer one = TestPeers.add(peers, 1, null, Peer.Origin.JOINED);
  private final Peer two = TestPeers.add(peers, 2, null, Peer.Origin.JOINED);
  private Names names;
  private long now = TimeUnit.HOURS.toNanos(1);

  @BeforeEach
  void start() {
    names = new Names(peers, folder.resolve("names"), OWN, "alice");
  }

  private @Nullable NodeId find(String label) {
    now += TimeUnit.SECONDS.toNanos(1);
    names.onTick(now);
    var entry = names.table().find(label);
    if (entry == null) {
      return null;
    }
    for (NodeId id : new NodeId[] {OWN, one.id, two.id}) {
      if (OverlayAddress.ipv6(id).equals(entry.ipv6())) {
        return id;
      }
    }
    return null;
  }

  private static String longer(String name, Peer peer) {
    return name + "-" + peer.id.toString().substring(0, 8);
  }

  @Test
  void aNameBelongsToTheFirstThatBoreIt() {
    names.onHello(one, "Bob");
    names.onHello(two, "bob");
    assertThat(find("bob")).isEqualTo(one.id);
    assertThat(find(longer("bob", two))).isEqualTo(two.id);
    assertThat(one.name).isEqualTo("Bob");
    assertThat(two.name).isEqualTo(longer("bob", two));
    assertThat(names.clashes())
        .singleElement()
        .asString()
        .contains(two.id.shortForm(), one.id.shortForm(), longer("bob", two));
    assertThat(names.table().nameOf(OverlayAddress.ipv6(one.id))).isEqualTo("bob");
  }

  @Test
  void alsoAfterARestart() {
    names.onHello(one, "bob");
    assertThat(find("bob")).isEqualTo(one.id);
    start();
    names.onHello(two, "bob");
    assertThat(two.name).isEqualTo(longer("bob", two));
  }

  @Test
  void ourOwnNameIsOurs() {
    names.onHello(one, "Alice");
    assertThat(find("alice")).isEqualTo(OWN);
    assertThat(one.name).isEqualTo(longer("alice", one));
  }

  @Test
  void theOperatorsNamesGoBeforeAll() {
    names.onHello(one, "bob");
    names.operators(Map.of("Bob", two.id));
    assertThat(find("bob")).isEqualTo(two.id);
    assertThat(find(longer("bob", one))).isEqualTo(one.id);
  }

  @Test
  void whoRenamesItselfKeepsWhatItHadAndSomeMoreOnly() {
    for (int i = 0; i < 10; i++) {
      names.onHello(one, "name" + i);
    }
    names.onHello(two, "name0");
    names.onHello(two, "name9");
    assertThat(find("name0")).isEqualTo(one.id);
    assertThat(find("name9")).isEqualTo(two.id);
  }

  @Test
  void namesThatWeGiveOurselvesAreNobodyElses() {
    names.onHello(one, longer("bob", two));
    assertThat(find(longer("bob", two))).isNull();
    String id = two.id.toString().substring(0, 16);
    names.onHello(one, id);
    assertThat(find(id)).isEqualTo(two.id);
  }

  @Test
  void whoHasNoNameIsFoundByTheBeginningOfItsId() {
    assertThat(find(one.id.toString().substring(0, 16))).isEqualTo(one.id);
  }
}
