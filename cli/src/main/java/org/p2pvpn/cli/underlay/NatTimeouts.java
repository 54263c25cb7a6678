package org.p2pvpn.cli.underlay;

import java.time.Duration;

/** How long a mapping lives after the last packet that went out by it. */
public record NatTimeouts(Duration udp, Duration tcp, Duration icmp) {
  /** The least that RFC 4787 (REQ-5), RFC 5382 (REQ-5) and RFC 5508 (REQ-2) allow. */
  public static final NatTimeouts RFC =
      new NatTimeouts(Duration.ofMinutes(2), Duration.ofMinutes(124), Duration.ofSeconds(60));

  /** Found in the wild: many home routers forget UDP after 30 s. */
  public static final NatTimeouts SHORT =
      new NatTimeouts(Duration.ofSeconds(30), Duration.ofMinutes(5), Duration.ofSeconds(30));

  long nanosOf(int protocol) {
    return switch (protocol) {
      case Packet.UDP -> udp.toNanos();
      case Packet.TCP -> tcp.toNanos();
      default -> icmp.toNanos();
    };
  }
}
