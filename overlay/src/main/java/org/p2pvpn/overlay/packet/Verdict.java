package org.p2pvpn.overlay.packet;

/** What became of one packet. Each constant but {@link #PASSED} is a drop and has a counter. */
public enum Verdict {
  PASSED("went on"),

  NO_ROUTE("no session owns the destination address"),
  NO_SESSION("the destination's session has no keys yet and its waiting room is full"),
  NOT_IP("the TUN device gave something that is neither IPv4 nor IPv6"),
  UNSPLITTABLE("a super-packet whose headers do not fit together"),
  TOO_BIG("does not fit the way to the first hop in one piece, and its sender is told so"),
  KEYS_WORN_OUT("the epoch reached its message or age limit"),
  UDP_FULL("the socket's send queue is full"),

  TOO_SHORT("shorter than the smallest message of its type"),
  UNKNOWN_TYPE("a first byte or reserved bits that no message has"),
  UNKNOWN_INDEX("no epoch has this receiver index"),
  REPLAYED("counter seen before, or behind the replay window"),
  FORGED("the authentication tag is wrong"),
  EPOCH_EXPIRED("sealed with keys past their life"),
  BAD_FRAME("authentic, but with an unknown frame byte or a broken control message"),
  BAD_INNER("authentic, but not a whole IP packet"),
  SOURCE_NOT_ALLOWED("an inner source address that the session was not given"),
  DESTINATION_NOT_OURS("an inner destination that is neither ours nor ours to forward"),
  UNJOINABLE("a partial checksum on something that is not plain TCP or UDP"),
  TUN_REFUSED("the kernel did not take the packet"),

  WRONG_WAY("authentic, but not by the way that its session takes"),
  UNKNOWN_CIRCUIT("to be forwarded by a circuit that its sender does not have here"),
  NOT_FORWARDED("a datagram that a relay does not carry: of another type, too short or too long"),
  NOT_FROM_NEXT_HOP("an answer for a circuit, but not from its next node"),
  RELAY_FULL("more waits for this circuit's turn at the relay than may"),
  RELAY_LATE("waited for its turn at the relay until it was of no use"),

  INITIATION_WITHHELD("under load, an initiation of a prefix that had its share of this second"),
  HANDSHAKE_QUEUE_FULL("more handshake messages than the handshake thread can look at"),
  TOO_TALKATIVE("more control messages than one session is heard with"),
  CONTROL_QUEUE_FULL("more control messages than the control thread can look at");

  private final String meaning;

  Verdict(String meaning) {
    this.meaning = meaning;
  }

  public String meaning() {
    return meaning;
  }
}
