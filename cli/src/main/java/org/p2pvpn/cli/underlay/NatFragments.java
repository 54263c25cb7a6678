package org.p2pvpn.cli.underlay;

import java.util.LinkedHashMap;
import java.util.SequencedMap;

/**
 * What a NAT remembers of a packet in fragments: only the first has ports, and where it went the
 * others go (RFC 4787, REQ-14, for fragments that come in order). One direction.
 */
final class NatFragments {
  /** Ours: past it the oldest packet's later fragments are dropped. */
  private static final int KEPT = 256;

  private record Key(Address source, Address destination, int id) {}

  private final SequencedMap<Key, Boolean> passed = new LinkedHashMap<>();

  /** Before its addresses are changed. */
  void onPassing(Packet packet) {
    if (packet.isFragment()) {
      passed.put(key(packet), true);
      if (passed.size() > KEPT) {
        passed.pollFirstEntry();
      }
    }
  }

  boolean hasPassed(Packet later) {
    return passed.containsKey(key(later));
  }

  private static Key key(Packet packet) {
    return new Key(packet.source(), packet.destination(), packet.fragmentId());
  }
}
