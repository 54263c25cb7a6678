package org.p2pvpn.overlay.telemetry;

/** Everything that is counted and is not a drop. */
public enum Meter {
  TUN_READ_PACKETS("packets and super-packets read from the TUN device"),
  TUN_READ_BYTES("their bytes"),
  TUN_WRITE_PACKETS("packets and super-packets written to the TUN device"),
  TUN_WRITE_BYTES("their bytes"),
  UDP_SENT_DATAGRAMS("data messages given to the socket"),
  UDP_SENT_CALLS("sends that carried them"),
  UDP_RECEIVED_DATAGRAMS("datagrams read from the socket"),
  UDP_RECEIVED_CALLS("reads that brought them"),
  SEALED_BYTES("inner bytes sealed"),
  OPENED_BYTES("inner bytes opened"),
  TUN_PAUSED("times the TUN was left unread because the socket was full"),

  FORWARDED_DATAGRAMS("datagrams sent on for others"),
  FORWARDED_BYTES("their bytes"),
  RETURNED_DATAGRAMS("answers sent back for others"),
  RETURNED_BYTES("their bytes"),
  RELAY_WAITED_DATAGRAMS("datagrams of others that had to wait for their turn"),
  RELAY_QUEUED_BYTES("bytes that wait for their turn now"),
  PROBES_ANSWERED("probes of circuits that end here"),

  HANDSHAKES_SENT("initiations sent"),
  HANDSHAKES_COMPLETED("epochs that came of a handshake, either role"),
  HANDSHAKES_REFUSED("initiations of nodes that may not join"),
  HANDSHAKE_OVER_BUDGET("initiations dropped because their prefix or the node used up its budget"),
  HANDSHAKE_REPLAYED("initiations with a time stamp that was seen"),
  COOKIES_SENT("cookie replies sent under load"),
  COOKIES_WITHHELD("cookie replies not sent because the prefix had its share"),
  ROAMED("endpoints that moved");

  private final String meaning;

  Meter(String meaning) {
    this.meaning = meaning;
  }

  public String meaning() {
    return meaning;
  }
}
