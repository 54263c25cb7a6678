package org.p2pvpn.overlay.host;

/** Turns what `ip` or `nft` said into a sentence with a way out. */
final class CommandFailure {
  static HostException missing(String command) {
    String install =
        switch (command) {
          case "ip" -> "apt install iproute2";
          case "nft" -> "apt install nftables";
          case "resolvectl" -> "apt install systemd-resolved";
          default -> "";
        };
    return new HostException(command + ": not installed", install);
  }

  static HostException explain(HostCommands.Outcome outcome) {
    String errors = firstLine(outcome.errors());
    String said =
        "`%s`: exit status %d: %s"
            .formatted(HostCommands.shown(outcome.command()), outcome.status(), errors);
    String command = outcome.command().getFirst();
    if (errors.contains("Operation not permitted") || errors.contains("must be root")) {
      return new HostException(
          said + "; needs CAP_NET_ADMIN in this network namespace", "sudo p2pvpn up");
    }
    if (command.equals("nft") && saysNoKernelSupport(errors)) {
      return new HostException(said + "; the kernel lacks nf_tables", "modprobe nf_tables");
    }
    if (errors.contains("File exists")) {
      return new HostException(
          said + "; something else on this host has set the same already", "p2pvpn cleanup");
    }
    return new HostException(said, "p2pvpn doctor");
  }

  private static boolean saysNoKernelSupport(String errors) {
    return errors.contains("Unable to initialize Netlink socket")
        || errors.contains("Operation not supported")
        || errors.contains("Protocol not supported");
  }

  private static String firstLine(String text) {
    return text.isBlank() ? "no message" : text.strip().lines().findFirst().orElse("");
  }

  private CommandFailure() {}
}
