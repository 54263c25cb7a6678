package org.p2pvpn.overlay.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What this host lacks, a sentence and a way out each. Looks only; changes nothing. */
public final class Requirements {
  /** CAP_NET_ADMIN of linux/capability.h. */
  private static final int NET_ADMIN = 12;

  /**
   * One answer.
   *
   * @param met whether it is there
   * @param sentence what was looked for, and what is wrong when it is not met
   * @param next the command that helps, or empty
   */
  public record Requirement(String name, boolean met, String sentence, String next) {}

  /** Everything `up` needs, met or not, in the order to mend it. */
  public static List<Requirement> check(HostCommands commands) {
    List<Requirement> answers = cheap(commands);
    if (hasNetAdmin() && commands.has("nft")) {
      answers.add(kernelHasNft(commands));
    }
    return answers;
  }

  /** What can be seen without running anything, since each start looks. */
  private static List<Requirement> cheap(HostCommands commands) {
    List<Requirement> answers = new ArrayList<>();
    boolean admin = hasNetAdmin();
    answers.add(
        answer(
            "rights",
            admin,
            "may change the network (CAP_NET_ADMIN)",
            "may not change the network: CAP_NET_ADMIN is missing",
            "sudo p2pvpn up"));
    answers.add(
        answer(
            "tun",
            Files.exists(Path.of("/dev/net/tun")),
            "/dev/net/tun is there",
            "/dev/net/tun is missing: no TUN device can be made",
            "modprobe tun"));
    answers.add(installed(commands, "ip", "apt install iproute2"));
    answers.add(installed(commands, "nft", "apt install nftables"));
    answers.add(
        answer(
            "ipv6",
            "0".equals(Sysctls.read("net/ipv6/conf/all/disable_ipv6")),
            "IPv6 is on; overlay addresses are IPv6",
            "IPv6 is off, and overlay addresses are IPv6",
            "sysctl -w net.ipv6.conf.all.disable_ipv6=0"));
    return answers;
  }

  /** Only what is missing, of what costs nothing to see. */
  public static List<Requirement> missing(HostCommands commands) {
    return cheap(commands).stream().filter(requirement -> !requirement.met()).toList();
  }

  /** Whether this host forwards already, for containers or virtual machines. */
  public static boolean forwards() {
    return "1".equals(Sysctls.read("net/ipv4/ip_forward"))
        || "1".equals(Sysctls.read("net/ipv6/conf/all/forwarding"));
  }

  private static Requirement installed(HostCommands commands, String command, String next) {
    return answer(
        command,
        commands.has(command),
        command + " is installed",
        command + " is not installed",
        next);
  }

  /** `--check` asks the kernel and changes nothing. */
  private static Requirement kernelHasNft(HostCommands commands) {
    HostCommands.Outcome outcome =
        commands.run(
            List.of("nft", "--check", "-f", "-"),
            """
            table inet p2pvpn_check {
              chain c {
                type filter hook prerouting priority 0
                fib daddr type local meta mark 1 accept
              }
            }
            """);
    return answer(
        "nf_tables",
        outcome.succeeded(),
        "the kernel takes nft rules",
        "the kernel does not take nft rules: "
            + outcome.errors().lines().findFirst().orElse("no message"),
        "modprobe nf_tables nft_fib_inet");
  }

  private static boolean hasNetAdmin() {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
        if (line.startsWith("CapEff:")) {
          long effective = Long.parseUnsignedLong(line.substring(7).strip(), 16);
          return ((effective >> NET_ADMIN) & 1) == 1;
        }
      }
    } catch (IOException _) {
      // Without /proc nothing of ours works; saying "no rights" sends the operator the right way.
    }
    return false;
  }

  private static Requirement answer(String name, boolean met, String yes, String no, String next) {
    return new Requirement(name, met, met ? yes : no, met ? "" : next);
  }

  private Requirements() {}
}
