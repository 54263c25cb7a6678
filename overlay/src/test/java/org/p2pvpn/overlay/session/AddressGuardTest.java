package org.p2pvpn.overlay.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.p2pvpn.overlay.packet.Verdict.DESTINATION_NOT_OURS;
import static org.p2pvpn.overlay.packet.Verdict.PASSED;
import static org.p2pvpn.overlay.packet.Verdict.SOURCE_NOT_ALLOWED;

import org.junit.jupiter.api.Test;
import org.p2pvpn.overlay.packet.Packets;
import org.p2pvpn.overlay.packet.Verdict;
import org.p2pvpn.overlay.session.AddressGuard.Pair;

final class AddressGuardTest {
  private static final Pair ME = new Pair(0xF000_0001, 0xFD70_0000_0000_0001L, 1);
  private static final Pair PEER = new Pair(0xF000_0002, 0xFD70_0000_0000_0002L, 2);
  private static final Pair OTHER_NODE = new Pair(0xF000_0003, 0xFD70_0000_0000_0003L, 3);
  private static final Pair MY_LEASE = new Pair(0xF800_0005, 0xFD71_0000_0000_0001L, 5);
  private static final Pair ITS_LEASE = new Pair(0xF800_0006, 0xFD71_0000_0000_0001L, 6);
  private static final Pair WEB = new Pair(0x0808_0808, 0x2001_4860_0000_0000L, 8);
  private static final Pair UNSET = new Pair(0, 0, 0);

  private static final AddressGuard TO_PEER = new AddressGuard(PEER, Pair.NONE, ME, Pair.NONE);
  private static final AddressGuard TO_EXIT = new AddressGuard(PEER, Pair.NONE, ME, MY_LEASE);
  private static final AddressGuard TO_CLIENT = new AddressGuard(PEER, ITS_LEASE, ME, Pair.NONE);

  /** Both families must agree. */
  private static Verdict check(AddressGuard guard, Pair from, Pair to) {
    Verdict ipv4 = guard.check(Packets.ipv4(from, to, new byte[3]), 0);
    Verdict ipv6 = guard.check(Packets.ipv6(from, to, new byte[3]), 0);
    assertThat(ipv6).isEqualTo(ipv4);
    return ipv4;
  }

  @Test
  void aPeerSpeaksFromItsAddressToOurs() {
    assertThat(check(TO_PEER, PEER, ME)).isEqualTo(PASSED);
  }

  @Test
  void aPeerSpeaksForNobodyElse() {
    for (Pair from : new Pair[] {OTHER_NODE, ME, WEB, ITS_LEASE, MY_LEASE, UNSET}) {
      assertThat(check(TO_PEER, from, ME)).isEqualTo(SOURCE_NOT_ALLOWED);
    }
  }

  @Test
  void aPeerCannotUseUsAsARouter() {
    for (Pair to : new Pair[] {OTHER_NODE, PEER, WEB, ITS_LEASE, MY_LEASE, UNSET}) {
      assertThat(check(TO_PEER, PEER, to)).isEqualTo(DESTINATION_NOT_OURS);
    }
  }

  @Test
  void theExitBringsTheInternetToOurLeaseOnly() {
    assertThat(check(TO_EXIT, WEB, MY_LEASE)).isEqualTo(PASSED);
    for (Pair to : new Pair[] {ME, OTHER_NODE, WEB, ITS_LEASE, UNSET}) {
      assertThat(check(TO_EXIT, WEB, to)).isEqualTo(DESTINATION_NOT_OURS);
    }
  }

  @Test
  void theExitSpeaksForNoNodeButItself() {
    assertThat(check(TO_EXIT, PEER, ME)).isEqualTo(PASSED);
    assertThat(check(TO_EXIT, OTHER_NODE, MY_LEASE)).isEqualTo(SOURCE_NOT_ALLOWED);
    assertThat(check(TO_EXIT, ME, MY_LEASE)).isEqualTo(SOURCE_NOT_ALLOWED);
  }

  /** Its kernel's ICMP errors about what we sent to the internet come from there. */
  @Test
  void theExitAnswersOurLeaseFromItsOverlayAddress() {
    assertThat(check(TO_EXIT, PEER, MY_LEASE)).isEqualTo(PASSED);
  }

  @Test
  void aClientSpeaksFromItsLeaseToTheInternet() {
    assertThat(check(TO_CLIENT, ITS_LEASE, WEB)).isEqualTo(PASSED);
    assertThat(check(TO_CLIENT, PEER, ME)).isEqualTo(PASSED);
  }

  @Test
  void aClientReachesNoNodeFromItsLease() {
    assertThat(check(TO_CLIENT, ITS_LEASE, ME)).isEqualTo(DESTINATION_NOT_OURS);
    assertThat(check(TO_CLIENT, ITS_LEASE, OTHER_NODE)).isEqualTo(DESTINATION_NOT_OURS);
  }

  @Test
  void aClientCannotSendFromAnotherClientsLease() {
    assertThat(check(TO_CLIENT, MY_LEASE, WEB)).isEqualTo(SOURCE_NOT_ALLOWED);
    assertThat(check(TO_CLIENT, WEB, WEB)).isEqualTo(SOURCE_NOT_ALLOWED);
    assertThat(check(TO_CLIENT, PEER, WEB)).isEqualTo(DESTINATION_NOT_OURS);
  }

  @Test
  void aLeaseOfOneFamilyGivesNothingInTheOther() {
    Pair onlyIpv4 = new Pair(MY_LEASE.ipv4(), 0, 0);
    AddressGuard guard = new AddressGuard(PEER, Pair.NONE, ME, onlyIpv4);
    assertThat(guard.check(Packets.ipv4(WEB, MY_LEASE, new byte[0]), 0)).isEqualTo(PASSED);
    assertThat(guard.check(Packets.ipv6(WEB, MY_LEASE, new byte[0]), 0))
        .isEqualTo(SOURCE_NOT_ALLOWED);
  }

  @Test
  void theWholeIpv6AddressCounts() {
    byte[] packet =
        Packets.ipv6(PEER.ipv6High(), PEER.ipv6Low() + 1, ME.ipv6High(), 1, new byte[0]);
    assertThat(TO_PEER.check(packet, 0)).isEqualTo(SOURCE_NOT_ALLOWED);
  }
}
