package org.p2pvpn.overlay.host;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.p2pvpn.overlay.exit.ExitPolicy;

/** What the ITs run inside a namespace: makes plans, or takes back what the journal names. */
final class HostMain {
  static final HostPlan.Tunnel TUNNEL =
      new HostPlan.Tunnel("p2pvpn0", 1400, 500, "240.1.2.3", "fd70::123");
  static final HostPlan.Lease LEASE = new HostPlan.Lease("248.0.0.2", "fd71::2");
  static final int PORT = 28790;

  public static void main(String[] arguments) {
    Path state = Path.of(arguments[1]);
    Host host = Host.open(state, Path.of(arguments[1] + "-run"), System.err::println);
    switch (arguments[0]) {
      case "apply" -> {
        long begin = System.nanoTime();
        for (int plan = 2; plan < arguments.length; plan++) {
          host.apply(plan(arguments[plan]));
        }
        System.out.println("applied in ms: " + (System.nanoTime() - begin) / 1_000_000);
      }
      case "apply-undo" -> {
        host.apply(plan("client"));
        List<String> obstacles = host.undoAll();
        if (!obstacles.isEmpty()) {
          throw new IllegalStateException(obstacles.toString());
        }
      }
      case "undo" -> host.undoAll().forEach(System.out::println);
      case "undo-but-kill-switch" -> host.undoAllButKillSwitch().forEach(System.out::println);
      default -> throw new IllegalArgumentException(arguments[0]);
    }
  }

  private static List<HostChange> plan(String name) {
    return switch (name) {
      case "kill-switch" -> HostPlan.killSwitch("p2pvpn0", PORT, List.of(), false);
      case "kill-switch-lan" ->
          HostPlan.killSwitch("p2pvpn0", PORT, List.of("192.168.77.0/24", "fd77::/64"), false);
      case "kill-switch-forwards" -> HostPlan.killSwitch("p2pvpn0", PORT, List.of(), true);
      case "guard" -> HostPlan.guard("p2pvpn0", PORT);
      case "tunnel" -> HostPlan.tunnel(TUNNEL);
      case "whole-host" -> HostPlan.wholeHost("p2pvpn0", LEASE, resolver());
      case "forwarded" -> HostPlan.forwardedTraffic(TUNNEL, LEASE);
      case "exit" -> {
        List<HostChange> all =
            new ArrayList<>(HostPlan.serveExit(policy().nftBody(), List.of("up0")));
        all.addAll(HostPlan.leasePools(TUNNEL, "fd71:1::/64"));
        yield all;
      }
      case "conflict" ->
          List.of(
              new HostChange.Address("p2pvpn0", "248.0.0.9"),
              new HostChange.Route("203.0.113.0/24", "p2pvpn0", "", HostChange.MAIN_TABLE, 0),
              new HostChange.Address("p2pvpn0", "248.0.0.10"));
      case "client" -> {
        List<HostChange> all = new ArrayList<>(plan("kill-switch-forwards"));
        for (String part : List.of("guard", "tunnel", "whole-host", "forwarded")) {
          all.addAll(plan(part));
        }
        yield all;
      }
      default -> throw new IllegalArgumentException(name);
    };
  }

  /** The IT's internet is 9.9.0.0/16 and 2a00::/16; 9.9.1.0/24 is the exit's own public LAN. */
  private static ExitPolicy policy() {
    return new ExitPolicy(
        "p2pvpn0",
        "fd71:1::/64",
        "fd71:1::1",
        List.of("9.9.1.0/24", "192.168.5.0/24", "2a00:1::/64", "fe80::/64"),
        List.of(),
        List.of("9.9.3.0/24"),
        List.of(6667),
        "192.168.5.53",
        "");
  }

  private static HostChange.Resolver resolver() {
    return HostPlan.resolver("p2pvpn0", List.of("248.0.0.1"), Path.of("/etc/resolv.conf"));
  }

  private HostMain() {}
}
