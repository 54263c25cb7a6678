package org.p2pvpn.overlay.session;

import org.p2pvpn.overlay.packet.IpHeader;
import org.p2pvpn.overlay.packet.OverlayRange;
import org.p2pvpn.overlay.packet.Verdict;

/**
 * Which inner addresses a session may use, both ends of each packet: the crypto-key routing of
 * WireGuard, and our own side of it, so that a peer cannot use us as a router.
 *
 * <ul>
 *   <li>a peer: from its overlay address to ours
 *   <li>our exit: from anywhere outside the overlay to our lease, and from its own overlay address,
 *       which its kernel's ICMP errors (too big, prohibited, time exceeded) come from
 *   <li>a client of ours as an exit: from its lease to anywhere outside the overlay; the kernel's
 *       exit policy decides further
 * </ul>
 *
 * Zero stands for an address that was not given; it never equals a valid source.
 *
 * @param peer what the other side was given: its overlay address, and its lease when we are its
 *     exit
 * @param own what we were given: our overlay address, and our lease when it is our exit
 */
public record AddressGuard(Pair peer, Pair peerLease, Pair own, Pair ownLease) {

  /** One IPv4 and one IPv6 address. */
  public record Pair(int ipv4, long ipv6High, long ipv6Low) {
    public static final Pair NONE = new Pair(0, 0, 0);

    public boolean is(int address) {
      return ipv4 != 0 && ipv4 == address;
    }

    public boolean is(long high, long low) {
      return ipv6High != 0 && ipv6High == high && ipv6Low == low;
    }
  }

  /** {@code packet} is known to be a whole IP packet. */
  public Verdict check(byte[] packet, int at) {
    return IpHeader.version(packet, at) == 4
        ? checkIpv4(IpHeader.ipv4Source(packet, at), IpHeader.ipv4Destination(packet, at))
        : checkIpv6(packet, at);
  }

  private Verdict checkIpv4(int source, int destination) {
    if (peer.is(source)) {
      boolean ours = own.is(destination) || ownLease.is(destination);
      return ours ? Verdict.PASSED : Verdict.DESTINATION_NOT_OURS;
    }
    if (peerLease.is(source)) {
      return OverlayRange.isNode(destination) ? Verdict.DESTINATION_NOT_OURS : Verdict.PASSED;
    }
    if (ownLease.ipv4() == 0 || OverlayRange.isNode(source)) {
      return Verdict.SOURCE_NOT_ALLOWED;
    }
    return ownLease.is(destination) ? Verdict.PASSED : Verdict.DESTINATION_NOT_OURS;
  }

  private Verdict checkIpv6(byte[] packet, int at) {
    long sourceHigh = IpHeader.ipv6SourceHigh(packet, at);
    long sourceLow = IpHeader.ipv6SourceLow(packet, at);
    long high = IpHeader.ipv6DestinationHigh(packet, at);
    long low = IpHeader.ipv6DestinationLow(packet, at);
    if (peer.is(sourceHigh, sourceLow)) {
      boolean ours = own.is(high, low) || ownLease.is(high, low);
      return ours ? Verdict.PASSED : Verdict.DESTINATION_NOT_OURS;
    }
    if (peerLease.is(sourceHigh, sourceLow)) {
      return OverlayRange.isNode(high) ? Verdict.DESTINATION_NOT_OURS : Verdict.PASSED;
    }
    if (ownLease.ipv6High() == 0 || OverlayRange.isNode(sourceHigh)) {
      return Verdict.SOURCE_NOT_ALLOWED;
    }
    return ownLease.is(high, low) ? Verdict.PASSED : Verdict.DESTINATION_NOT_OURS;
  }
}
