package org.p2pvpn.overlay.exit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LeasesTest {
  private static final byte[] NODE_ID = new byte[32];

  static {
    NODE_ID[0] = 0x12;
    NODE_ID[5] = 0x34;
  }

  private final Leases leases = new Leases(NODE_ID, 100, 3);

  @Test
  void bothAddressesOfALeaseHaveOneNumberAndItIsNotTheGateways() {
    Leases.Lease lease = leases.lease(peer(1), 0, 0).orElseThrow();
    int number = lease.ipv4().getAddress()[3];
    assertThat(lease.ipv4().getHostAddress()).isEqualTo("248.0.0." + number);
    assertThat(lease.ipv6().getHostAddress()).isEqualTo("fd71:1200:0:34:0:0:0:" + number);
    assertThat(number).isBetween(2, 4);
    assertThat(leases.poolIpv6()).isEqualTo("fd71:1200:0:34:0:0:0:0/64");
    assertThat(leases.gatewayIpv6().getHostAddress()).isEqualTo("fd71:1200:0:34:0:0:0:1");
    assertThat(Leases.gatewayIpv4().getHostAddress()).isEqualTo("248.0.0.1");
  }

  @Test
  void twoExitsLendOneClientDifferentAddresses() {
    byte[] other = NODE_ID.clone();
    other[31] = 1;
    int same = 0;
    for (int i = 0; i < 1000; i++) {
      Leases.Lease here = new Leases(NODE_ID, 100).lease(peer(i), 0, 0).orElseThrow();
      Leases.Lease there = new Leases(other, 100).lease(peer(i), 0, 0).orElseThrow();
      same += here.ipv4().equals(there.ipv4()) ? 1 : 0;
    }
    assertThat(same).isLessThan(3);
  }

  @Test
  void anotherSaltIsAnotherLeaseAndTheOldOneIsFree() {
    Leases.Lease first = leases.lease(peer(1), 0, 0).orElseThrow();
    Leases.Lease second = leases.lease(peer(1), 77, 0).orElseThrow();
    assertThat(second.ipv4()).isNotEqualTo(first.ipv4());
    assertThat(leases.lease(peer(1), 77, 0).orElseThrow()).isEqualTo(second);
    assertThat(leases.size()).isEqualTo(1);
    assertThat(leases.lease(peer(2), 0, 0)).isPresent();
    assertThat(leases.lease(peer(3), 0, 0)).isPresent();
    assertThat(leases.lease(peer(4), 0, 0)).isEmpty();
  }

  @Test
  void aPeerKeepsItsLeaseWhileItRenews() {
    Leases.Lease first = leases.lease(peer(1), 0, 0).orElseThrow();
    Leases.Lease second = leases.lease(peer(1), 0, 90).orElseThrow();
    assertThat(second.ipv4()).isEqualTo(first.ipv4());
    assertThat(leases.expire(150)).isZero();
    assertThat(leases.expire(190)).isEqualTo(1);
  }

  @Test
  void aFullPoolRefusesUntilALeaseIsOver() {
    for (int i = 0; i < 3; i++) {
      assertThat(leases.lease(peer(i), 0, i)).isPresent();
    }
    assertThat(leases.lease(peer(9), 0, 50)).isEmpty();
    assertThat(leases.lease(peer(9), 0, 100)).isPresent();
    assertThat(leases.size()).isEqualTo(3);
  }

  @Test
  void aReleasedAddressIsLentAgainAndToTheSamePeerIfItComesFirst() {
    Leases.Lease first = leases.lease(peer(1), 0, 0).orElseThrow();
    leases.release(peer(1));
    assertThat(leases.lease(peer(1), 0, 0).orElseThrow().ipv4()).isEqualTo(first.ipv4());
    assertThat(leases.lease(peer(2), 0, 0)).isPresent();
    assertThat(leases.lease(peer(3), 0, 0)).isPresent();
    leases.release(peer(1));
    assertThat(leases.lease(peer(4), 0, 0).orElseThrow().ipv4()).isEqualTo(first.ipv4());
  }

  @Test
  void theWholePoolHasNoAddressTwice() {
    Leases whole = new Leases(NODE_ID, 100);
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < Leases.LEASES_MAX; i++) {
      Leases.Lease lease = whole.lease(peer(i), 0, 0).orElseThrow();
      assertThat(seen.add(lease.ipv4().getHostAddress())).isTrue();
      assertThat(seen.add(lease.ipv6().getHostAddress())).isTrue();
    }
    assertThat(whole.lease(peer(-1), 0, 0)).isEmpty();
    assertThat(seen).doesNotContain("248.0.0.1", "248.0.255.255");
  }

  private static byte[] peer(int number) {
    return ByteBuffer.allocate(32).putInt(number).array();
  }
}
