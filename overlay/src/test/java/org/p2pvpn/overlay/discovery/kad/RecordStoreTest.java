package org.p2pvpn.overlay.discovery.kad;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.p2pvpn.overlay.discovery.advert.Role;
import org.p2pvpn.overlay.identity.NodeId;
import org.p2pvpn.overlay.wire.KadMessage.Keeping;

final class RecordStoreTest {
  private static final int RELAY = Role.RELAY.bit();

  private final RecordStore store = new RecordStore(new Random(1));

  @Test
  void aNodeIsKeptOnlyAsWhatItSaysThatItIs() {
    assertThat(store.keep(Role.EXIT.bit(), Nodes.node(1), Nodes.NOW)).isEqualTo(Keeping.REFUSED);
    assertThat(store.keep(RELAY, Nodes.node(1), Nodes.NOW)).isEqualTo(Keeping.KEPT);
    assertThat(store.sample(RELAY, "SE", 8, Nodes.NOW)).hasSize(1);
    assertThat(store.sample(RELAY, "DE", 8, Nodes.NOW)).isEmpty();
  }

  @Test
  void aRecordEndsWithItsAdvert() {
    store.keep(0, Nodes.node(1), Nodes.NOW);
    assertThat(store.advertOf(Nodes.node(1).id(), Nodes.NOW + 899)).isNotNull();
    assertThat(store.advertOf(Nodes.node(1).id(), Nodes.NOW + 900)).isNull();
  }

  @Test
  void anEarlierAdvertDoesNotComeBack() {
    store.keep(0, Nodes.node(1, "20.1.1.1", 2), Nodes.NOW);
    assertThat(store.keep(0, Nodes.node(1, "20.1.1.1", 1), Nodes.NOW)).isEqualTo(Keeping.REFUSED);
  }

  @Test
  void aThousandIdsOfOnePrefixGetTwoPlacesUnderAKey() {
    for (int i = 0; i < 1_000; i++) {
      store.keep(RELAY, Nodes.node(i, "20.9.9." + (1 + i % 250), 1), Nodes.NOW);
    }
    assertThat(store.providerRecords()).isEqualTo(2);
  }

  @Test
  void askingOftenMovesNobodyOutOfAFullList() {
    for (int i = 0; i < 2_000; i++) {
      store.keep(RELAY, Nodes.node(i), Nodes.NOW);
    }
    Map<NodeId, Integer> before = seen();
    for (int round = 0; round < 3; round++) {
      for (int i = 0; i < 500; i++) {
        store.keep(RELAY, Nodes.node(i), Nodes.NOW);
      }
    }
    assertThat(seen().keySet()).isEqualTo(before.keySet());
    assertThat(before).hasSize(KadLimits.PROVIDERS_MAX);
  }

  @Test
  void whoCameFirstIsNoMoreLikelyInAFullListThanWhoCameLast() {
    int early = 0;
    for (int i = 0; i < 2_000; i++) {
      store.keep(RELAY, Nodes.node(i), Nodes.NOW);
    }
    Map<NodeId, Integer> seen = seen();
    for (int i = 0; i < 1_000; i++) {
      early += seen.containsKey(Nodes.node(i).id()) ? 1 : 0;
    }
    // 64 of 128 are expected; five standard deviations.
    assertThat(early).isBetween(36, 92);
  }

  @Test
  void allKeysTogetherHaveALimit() {
    for (int i = 0; i < 3_000; i++) {
      store.keep(0, Nodes.node(i), Nodes.NOW);
    }
    assertThat(store.adverts()).isEqualTo(KadLimits.RECORDS_MAX);
  }

  private Map<NodeId, Integer> seen() {
    Map<NodeId, Integer> seen = new HashMap<>();
    store
        .sample(RELAY, "SE", 1_000, Nodes.NOW)
        .forEach(one -> seen.merge(one.id(), 1, Integer::sum));
    return seen;
  }
}
