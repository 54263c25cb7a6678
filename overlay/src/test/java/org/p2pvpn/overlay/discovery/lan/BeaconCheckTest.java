package org.p2pvpn.overlay.discovery.lan;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.p2pvpn.noise.Identity;
import org.p2pvpn.noise.NetworkKey;
import org.p2pvpn.overlay.identity.NodeId;

class BeaconCheckTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final int PORT = 28_790;

  private final Identity alice = Nodes.identity(1);
  private final Identity bob = Nodes.identity(2);
  private BeaconCheck check = check(null);
  private List<byte[]> known = List.of(Nodes.identity(3).signingKey(), alice.signingKey());
  private long now;

  private BeaconCheck check(@Nullable NetworkKey network) {
    return new BeaconCheck(NodeId.ofPublicKey(bob.signingKey()), network, 0);
  }

  private BeaconCheck.Result hear(byte[] datagram, InetAddress from) {
    now += 10 * SECOND;
    return check.check(datagram, from, List.of(Nodes.LINK), known, now);
  }

  private BeaconRefusal refusal(byte[] datagram, InetAddress from) {
    return ((BeaconCheck.Result.Refused) hear(datagram, from)).why();
  }

  private byte[] toPeers(long sequence) {
    return Nodes.writer(alice, null, false).write(sequence, PORT, Nodes.ALICE_AT);
  }

  @Test
  void aPeerReadsWhoSendsAndWhereItIsCalled() {
    BeaconCheck.Result.Heard heard = (BeaconCheck.Result.Heard) hear(toPeers(5), Nodes.ALICE_AT);
    assertThat(heard.beacon().keys().signing()).isEqualTo(alice.signingKey());
    assertThat(heard.beacon().keys().agreement()).isEqualTo(alice.staticKey());
    assertThat(heard.beacon().port()).isEqualTo(PORT);
    assertThat(heard.beacon().name()).isEqualTo("alice");
    assertThat(heard.form()).isEqualTo(Beacon.Form.TO_PEERS);
  }

  @Test
  void toWhoeverDoesNotKnowTheSenderItIsNoise() {
    known = List.of(Nodes.identity(3).signingKey());
    assertThat(refusal(toPeers(5), Nodes.ALICE_AT)).isEqualTo(BeaconRefusal.UNKNOWN);
  }

  @Test
  void twoBeaconsOfANodeShareNothingButTheirHead() {
    BeaconWriter writer = Nodes.writer(alice, null, false);
    String one = HexFormat.of().formatHex(writer.write(5, PORT, Nodes.ALICE_AT));
    String two = HexFormat.of().formatHex(writer.write(6, PORT, Nodes.ALICE_AT));
    for (int at = 8; at + 8 <= one.length(); at += 2) {
      assertThat(two).doesNotContain(one.substring(at, at + 8));
    }
    String keys = HexFormat.of().formatHex(alice.signingKey());
    assertThat(one).doesNotContain(keys.substring(0, 8));
  }

  @Test
  void aCopySentFromElsewhereIsAForgery() {
    assertThat(refusal(toPeers(5), Nodes.BOB_AT)).isEqualTo(BeaconRefusal.FORGED);
    assertThat(hear(toPeers(5), Nodes.ALICE_AT)).isInstanceOf(BeaconCheck.Result.Heard.class);
  }

  @Test
  void aRepeatedOneAndAnOlderOneAreRefused() {
    hear(toPeers(5), Nodes.ALICE_AT);
    assertThat(refusal(toPeers(5), Nodes.ALICE_AT)).isEqualTo(BeaconRefusal.BEHIND);
    assertThat(refusal(toPeers(4), Nodes.ALICE_AT)).isEqualTo(BeaconRefusal.BEHIND);
    assertThat(hear(toPeers(6), Nodes.ALICE_AT)).isInstanceOf(BeaconCheck.Result.Heard.class);
  }

  @Test
  void fromBeyondTheLinkNothingIsBelieved() {
    InetAddress far = InetAddress.ofLiteral("198.51.100.1");
    byte[] beacon = Nodes.writer(alice, null, false).write(5, PORT, far);
    assertThat(refusal(beacon, far)).isEqualTo(BeaconRefusal.OFF_LINK);
  }

  @Test
  void everyFlippedBitIsRefused() {
    byte[] good = toPeers(5);
    for (int bit = 0; bit < 8 * good.length; bit++) {
      byte[] bad = good.clone();
      bad[bit >> 3] ^= (byte) (1 << (bit & 7));
      assertThat(hear(bad, Nodes.ALICE_AT)).isInstanceOf(BeaconCheck.Result.Refused.class);
    }
    assertThat(check.get(BeaconRefusal.FORGED)).isZero();
  }

  @Test
  void everyFlippedBitOfAnOpenOneIsRefused() {
    byte[] good = Nodes.writer(alice, null, true).write(5, PORT, Nodes.ALICE_AT);
    assertThat(good).hasSize(1440);
    for (int bit = 0; bit < 8 * good.length; bit++) {
      byte[] bad = good.clone();
      bad[bit >> 3] ^= (byte) (1 << (bit & 7));
      assertThat(hear(bad, Nodes.ALICE_AT)).isInstanceOf(BeaconCheck.Result.Refused.class);
    }
    assertThat(hear(good, Nodes.ALICE_AT)).isInstanceOf(BeaconCheck.Result.Heard.class);
  }

  @Test
  void ourOwnIsNotHeard() {
    known = List.of(bob.signingKey());
    byte[] own = Nodes.writer(bob, null, true).write(5, PORT, Nodes.BOB_AT);
    assertThat(refusal(own, Nodes.BOB_AT)).isEqualTo(BeaconRefusal.OWN);
  }

  @Test
  void aPrivateNetworkHearsItsMembersOnly() {
    check = check(Nodes.network(1));
    known = List.of();
    byte[] member = Nodes.writer(alice, Nodes.network(1), true).write(5, PORT, Nodes.ALICE_AT);
    byte[] other = Nodes.writer(alice, Nodes.network(2), true).write(6, PORT, Nodes.ALICE_AT);
    byte[] open = Nodes.writer(alice, null, true).write(7, PORT, Nodes.ALICE_AT);
    assertThat(hear(member, Nodes.ALICE_AT)).isInstanceOf(BeaconCheck.Result.Heard.class);
    assertThat(refusal(other, Nodes.ALICE_AT)).isEqualTo(BeaconRefusal.OTHER_NETWORK);
    assertThat(refusal(open, Nodes.ALICE_AT)).isEqualTo(BeaconRefusal.OTHER_NETWORK);
    check = check(null);
    assertThat(refusal(member, Nodes.ALICE_AT)).isEqualTo(BeaconRefusal.OTHER_NETWORK);
  }

  @Test
  void oneAddressDoesNotUseUpWhatOthersNeed() {
    for (int i = 0; i < 1000; i++) {
      check.check(toPeers(i + 1), Nodes.BOB_AT, List.of(Nodes.LINK), known, now);
    }
    assertThat(check.get(BeaconRefusal.TOO_OFTEN)).isEqualTo(1000 - 10);
    assertThat(hear(toPeers(9), Nodes.ALICE_AT)).isInstanceOf(BeaconCheck.Result.Heard.class);
  }

  @Test
  void aFloodFromManyAddressesCostsNoMoreThanTheBudgets() {
    List<byte[]> many = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      many.add(Nodes.identity(3).signingKey());
    }
    known = many;
    for (int i = 0; i < 250; i++) {
      InetAddress from = InetAddress.ofLiteral("192.0.2." + (i + 1));
      check.check(toPeers(5), from, List.of(Nodes.LINK), known, now);
      byte[] open = Nodes.writer(Nodes.identity(10 + i % 50), null, true).write(5, PORT, from);
      open[60] ^= 1;
      check.check(open, from, List.of(Nodes.LINK), known, now);
    }
    // A hash for each of 1,000 peers: 20 beacons are tried in a moment.
    assertThat(check.get(BeaconRefusal.UNKNOWN)).isLessThanOrEqualTo(20);
    assertThat(check.get(BeaconRefusal.TOO_MANY)).isGreaterThanOrEqualTo(230);
    assertThat(check.get(BeaconRefusal.FORGED))
        .isLessThanOrEqualTo((long) BeaconCheck.SIGNATURES_BURST);
    assertThat(check.get(BeaconRefusal.OVER_BUDGET)).isPositive();
  }

  @Test
  void everyRefusalHasItsCounter() {
    TreeMap<String, Long> sums = new TreeMap<>();
    hear(new byte[0], Nodes.ALICE_AT);
    check.addTo(sums);
    assertThat(sums).containsEntry("beacon_refused_malformed", 1L).containsKey("beacons_taken");
    assertThat(sums).hasSize(BeaconRefusal.values().length + 1);
  }

  /** The layout of protocol.md. */
  @Test
  void theBytesAreAsWrittenDown() {
    byte[] beacon = toPeers(5);
    assertThat(beacon).startsWith(6, 1, 1, 0);
    assertThat(beacon).hasSize(36 + 8 + 2 + 64 + 1 + "alice".length() + 64 + 16);
    byte[] open = Nodes.writer(alice, null, true).write(5, PORT, Nodes.ALICE_AT);
    assertThat(open).startsWith(6, 1, 3, 0);
    assertThat(HexFormat.of().formatHex(open, 36, 46)).isEqualTo("00000000000000057076");
    assertThat(HexFormat.of().formatHex(open, 46, 78))
        .isEqualTo(HexFormat.of().formatHex(alice.signingKey()));
  }
}
