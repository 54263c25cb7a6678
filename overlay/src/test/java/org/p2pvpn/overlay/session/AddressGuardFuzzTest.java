package org.p2pvpn.overlay.session;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.p2pvpn.overlay.packet.IpHeader;
import org.p2pvpn.overlay.packet.Verdict;
import org.p2pvpn.overlay.session.AddressGuard.Pair;

/** Any bytes that are one whole IP packet get an answer, and only the peer's own ones pass. */
final class AddressGuardFuzzTest {
  private static final Pair ME = new Pair(0xF000_0001, 0xFD70_0000_0000_0001L, 1);
  private static final Pair PEER = new Pair(0xF000_0002, 0xFD70_0000_0000_0002L, 2);
  private static final AddressGuard GUARD = new AddressGuard(PEER, Pair.NONE, ME, Pair.NONE);

  @FuzzTest(maxDuration = "60s")
  void anyBytesGetAnAnswer(byte[] input) {
    if (input.length == 0 || !IpHeader.isWhole(input, 0, input.length)) {
      return;
    }
    Verdict verdict = GUARD.check(input, 0);
    boolean ipv4 = IpHeader.version(input, 0) == 4;
    boolean mine =
        ipv4
            ? IpHeader.ipv4Source(input, 0) == PEER.ipv4()
                && IpHeader.ipv4Destination(input, 0) == ME.ipv4()
            : IpHeader.ipv6SourceHigh(input, 0) == PEER.ipv6High()
                && IpHeader.ipv6SourceLow(input, 0) == PEER.ipv6Low()
                && IpHeader.ipv6DestinationHigh(input, 0) == ME.ipv6High()
                && IpHeader.ipv6DestinationLow(input, 0) == ME.ipv6Low();
    if ((verdict == Verdict.PASSED) != mine) {
      throw new AssertionError(verdict);
    }
  }
}
