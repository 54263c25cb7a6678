package org.p2pvpn.overlay.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.p2pvpn.overlay.identity.NodeId;

final class OwnAddressesTest {
  private static final String PUBLIC = "45.0.0.2";
  private final OwnAddresses own = new OwnAddresses();

  private static InetSocketAddress at(String address, int port) {
    return new InetSocketAddress(InetAddress.ofLiteral(address), port);
  }

  private static NodeId node(int number) {
    return TestPeers.address(number, null).nodeId();
  }

  private void report(int number, String from, String seen, int port) {
    own.onReport(node(number), at(from, 28_790), at(seen, port));
  }

  @Test
  void nothingIsKnownBeforeSomebodySaysIt() {
    assertThat(own.observed()).isEmpty();
    assertThat(own.kind(false)).isEqualTo(NatKind.UNKNOWN);
  }

  @Test
  void aLieByOneIsOutvoted() {
    report(1, "50.1.0.1", "66.6.6.6", 53);
    report(2, "51.1.0.1", PUBLIC, 4000);
    report(3, "52.1.0.1", PUBLIC, 4000);
    assertThat(own.observed()).containsExactly(at(PUBLIC, 4000));
    assertThat(own.kind(false)).isEqualTo(NatKind.ENDPOINT_INDEPENDENT);
  }

  @Test
  void manyLiarsOfOneNeighbourhoodAreOneVoice() {
    for (int liar = 10; liar < 30; liar++) {
      report(liar, "50.1.0." + liar, "66.6.6.6", 53);
    }
    report(2, "51.1.0.1", PUBLIC, 4000);
    report(3, "52.1.0.1", PUBLIC, 4000);
    assertThat(own.observed(false)).isEqualTo(at(PUBLIC, 4000));
  }

  @Test
  void aWordThatChangedCountsOnce() {
    report(1, "50.1.0.1", "66.6.6.6", 53);
    report(1, "50.1.0.1", PUBLIC, 4000);
    assertThat(own.reports()).hasSize(1);
    assertThat(own.observed(false)).isEqualTo(at(PUBLIC, 4000));
    own.forget(node(1));
    assertThat(own.observed(false)).isNull();
  }

  @Test
  void ourOwnAddressMeansNoNat() {
    own.local(List.of(at(PUBLIC, 28_790)));
    report(1, "50.1.0.1", PUBLIC, 28_790);
    assertThat(own.kind(false)).isEqualTo(NatKind.NONE);
    assertThat(own.observed()).as("known anyway").isEmpty();
  }

  @Test
  void oneObserverCannotTellTheKind() {
    own.local(List.of(at("192.168.1.2", 28_790)));
    report(1, "50.1.0.1", PUBLIC, 4000);
    assertThat(own.kind(false)).isEqualTo(NatKind.SOME);
    assertThat(own.observed()).containsExactly(at(PUBLIC, 4000));
  }

  @Test
  void anotherPortForEachIsASymmetricNatWhereNobodyElseCanCall() {
    report(1, "50.1.0.1", PUBLIC, 4000);
    report(2, "51.1.0.1", PUBLIC, 4001);
    report(3, "52.1.0.1", PUBLIC, 4002);
    assertThat(own.kind(false)).isEqualTo(NatKind.ENDPOINT_DEPENDENT);
    assertThat(own.observed()).isEmpty();
  }

  @Test
  void twoPeersAtOneAddressDoNotProveThatAllSeeOnePort() {
    own.onReport(node(1), at("50.1.0.1", 1), at(PUBLIC, 4000));
    own.onReport(node(2), at("50.1.0.1", 2), at(PUBLIC, 4000));
    assertThat(own.kind(false)).isEqualTo(NatKind.SOME);
  }

  @Test
  void familiesAreApart() {
    own.local(List.of(at("2a10:1::2", 28_790), at("192.168.1.2", 28_790)));
    report(1, "2a10:2::2", "2a10:1::2", 28_790);
    report(1, "50.1.0.1", PUBLIC, 4000);
    assertThat(own.reports()).hasSize(1);
    report(2, "2a10:2::2", "2a10:1::2", 28_790);
    assertThat(own.kind(true)).isEqualTo(NatKind.NONE);
    assertThat(own.kind(false)).isEqualTo(NatKind.SOME);
  }

  @Test
  void whatNobodyCanHaveSeenIsNoReport() {
    report(1, "50.1.0.1", "127.0.0.1", 4000);
    report(1, "50.1.0.1", "192.168.1.2", 4000);
    assertThat(own.reports()).as("private networks are routed in places").hasSize(1);
    report(2, "50.1.0.1", "2a10:1::2", 4000);
    report(3, "50.1.0.1", "224.0.0.1", 4000);
    report(4, "192.168.1.9", PUBLIC, 4000);
    assertThat(own.reports()).hasSize(1);
  }

  @Test
  void thePublicAddressGoesBeforeWhatTheLanSees() {
    for (int neighbour = 1; neighbour < 5; neighbour++) {
      report(neighbour, "192.168.1." + (neighbour + 10), "192.168.1.2", 28_790);
    }
    report(9, "50.1.0.1", PUBLIC, 4000);
    assertThat(own.observed(false)).isEqualTo(at(PUBLIC, 4000));
  }
}
