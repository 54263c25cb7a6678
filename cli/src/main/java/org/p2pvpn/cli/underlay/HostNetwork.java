package org.p2pvpn.cli.underlay;

import java.nio.file.Path;
import java.util.List;
import org.p2pvpn.overlay.host.HostCommands;

/** The network settings of one host, by {@code ip} in its namespace. */
record HostNetwork(HostCommands commands, String namespace) {
  static final String DEVICE = "eth0";

  Path path() {
    return Path.of("/run/netns", namespace);
  }

  /** Without a link-local address: it would send neighbour discovery that nobody answers. */
  void bringUp(int queuePackets) {
    batch(
        """
        link set lo up
        link set %1$s txqueuelen %2$d
        link set %1$s addrgenmode none
        link set %1$s up
        """
            .formatted(DEVICE, queuePackets));
  }

  /** Replaces all addresses; without a prefix length an address stands for itself alone. */
  void address(List<String> addresses) {
    StringBuilder batch = new StringBuilder("addr flush dev " + DEVICE + "\n");
    for (String address : addresses) {
      boolean ipv6 = address.contains(":");
      batch.append("addr add %s dev %s%s\n".formatted(address, DEVICE, ipv6 ? " nodad" : ""));
    }
    for (String address : addresses) {
      // By a literal of the family: `route` in a batch has no flag of its own for it.
      String all = address.contains(":") ? "::/0" : "0.0.0.0/0";
      batch.append("route replace %s dev %s\n".formatted(all, DEVICE));
    }
    batch(batch.toString());
  }

  /** As if the cable was pulled, or put back. */
  void carrier(boolean on) {
    batch("link set %s carrier %s\n".formatted(DEVICE, on ? "on" : "off"));
  }

  private void batch(String lines) {
    commands.require(List.of("ip", "-n", namespace, "-batch", "-"), lines);
  }
}
