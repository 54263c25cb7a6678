package org.p2pvpn.overlay.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which changes make a host a node, a client of an exit, or an exit. Pure: nothing is read or run,
 * so that `--dry-run` and the tests see what `up` does; only {@link #resolver} looks at a file.
 *
 * <p>Order of use: kill switch (with an exit), guard, tunnel, whole host. Undone the other way
 * round.
 */
public final class HostPlan {
  /** "p2pv" as a number. Ours: on our UDP sockets, so that they do not go into the tunnel. */
  public static final int FIREWALL_MARK = 0x70327076;

  /** Ours: free on the systems we looked at, and far from the tables of NetworkManager and VRFs. */
  public static final int ROUTING_TABLE = 28790;

  /** Ours, and of the same family: on what a cgroup's rule covers; from here on, one a rule. */
  public static final int FIRST_RULE_MARK = 0x70327100;

  static final String MARK = hex(FIREWALL_MARK);
  private static final String KILL_SWITCH = "p2pvpn";

  /** The table of the rules: a kill switch too, of what they cover. */
  static final String CLASSES = "p2pvpn_class";

  /** Behind any route somebody would add: what stays when the TUN dies and its routes with it. */
  private static final int LAST_METRIC = 65535;

  /** The overlay's addresses on a TUN that exists already. */
  public record Tunnel(
      String link, int mtuBytes, int queuePackets, String overlayIpv4, String overlayIpv6) {}

  /**
   * What an exit lent us; an empty address means that the exit does not have that family.
   *
   * @param metric of the routes: another one than the lease's before, so that both can be there
   *     while one takes the other's place
   * @param former of exits before it, which connections that are older still start from
   */
  public record Lease(String ipv4, String ipv6, int metric, List<Lease> former) {
    static final Lease NONE = new Lease("", "");

    public Lease(String ipv4, String ipv6) {
      this(ipv4, ipv6, 0, List.of());
    }

    String of(boolean ofIpv6) {
      return ofIpv6 ? ipv6 : ipv4;
    }

    /** Every address that packets of this family may start from; what new ones do comes first. */
    public List<String> all(boolean ofIpv6) {
      return Stream.concat(Stream.of(this), former.stream())
          .map(lease -> lease.of(ofIpv6))
          .filter(address -> !address.isEmpty())
          .distinct()
          .toList();
    }
  }

  public static List<HostChange> tunnel(Tunnel tunnel) {
    return List.of(
        // In one request the kernel would bring the link up, and make its fe80:: address, before it
        // reads that it shall make none.
        settings(tunnel, false),
        settings(tunnel, true),
        new HostChange.Address(tunnel.link(), tunnel.overlayIpv4()),
        new HostChange.Address(tunnel.link(), tunnel.overlayIpv6()),
        new HostChange.Route(
            "240.0.0.0/5", tunnel.link(), tunnel.overlayIpv4(), HostChange.MAIN_TABLE, 0),
        new HostChange.Route(
            "fd70::/16", tunnel.link(), tunnel.overlayIpv6(), HostChange.MAIN_TABLE, 0));
  }

  private static HostChange.LinkSettings settings(Tunnel tunnel, boolean up) {
    return new HostChange.LinkSettings(
        tunnel.link(), tunnel.mtuBytes(), tunnel.queuePackets(), "none", up);
  }

  /**
   * Blocks whatever is not ours, before anything else is done and after everything else is undone.
   *
   * @param lanPrefixes private prefixes that stay reachable, empty for none
   * @param forwards whether this host forwards for containers or virtual machines
   */
  public static List<HostChange> killSwitch(
      String link, int listenPort, List<String> lanPrefixes, boolean forwards) {
    return List.of(
        new HostChange.NftTable(
            "inet", KILL_SWITCH, KillSwitch.body(link, MARK, listenPort, lanPrefixes, forwards)));
  }

  /**
   * Keeps the tunnel's addresses unreachable from beside the tunnel, and the tunnel out of itself.
   */
  public static List<HostChange> guard(String link, int listenPort) {
    return List.of(
        new HostChange.NftTable("inet", "p2pvpn_guard", Guard.body(link, MARK, listenPort)),
        new HostChange.NftTable("arp", "p2pvpn_guard", Guard.arpBody(link)));
  }

  /** Sends all of the host's traffic into the tunnel, except our own marked packets. */
  public static List<HostChange> wholeHost(
      String link, Lease lease, HostChange.@Nullable Resolver resolver) {
    List<HostChange> plan = new ArrayList<>();
    addLease(plan, link, lease, ROUTING_TABLE);
    for (boolean ipv6 : new boolean[] {false, true}) {
      // wg-quick's pair: specific routes of the main table (the LAN) win, its default does not.
      plan.add(new HostChange.Rule(ipv6, ROUTING_TABLE - 1, "table main suppress_prefixlength 0"));
      plan.add(
          new HostChange.Rule(
              ipv6, ROUTING_TABLE, "not fwmark " + MARK + " table " + ROUTING_TABLE));
    }
    // The guard marks what comes in for us; reverse path filters must look at that mark.
    plan.add(new HostChange.Sysctl("net/ipv4/conf/all/src_valid_mark", "1"));
    if (resolver != null) {
      plan.add(resolver);
    }
    return plan;
  }

  /** Sends only these destinations into the tunnel; everything else stays as it is. */
  public static List<HostChange> someDestinations(
      String link, Lease lease, List<String> destinations) {
    List<HostChange> plan = new ArrayList<>();
    for (boolean ipv6 : new boolean[] {false, true}) {
      lease.all(ipv6).forEach(address -> plan.add(new HostChange.Address(link, address)));
    }
    for (String destination : destinations) {
      String source = lease.of(destination.contains(":"));
      plan.add(
          new HostChange.Route(destination, link, source, HostChange.MAIN_TABLE, lease.metric()));
    }
    return plan;
  }

  /** Lets containers and virtual machines of this host use the tunnel, under our addresses. */
  public static List<HostChange> forwardedTraffic(Tunnel tunnel, Lease lease) {
    return List.of(new HostChange.NftTable("inet", "p2pvpn_nat", ForwardedNat.body(tunnel, lease)));
  }

  /**
   * Lets others' traffic out here.
   *
   * @param policyBody of the exit's nft table, as the exit's policy renders it
   * @param advertisedLinks links whose {@code accept_ra} is 1: as a router the kernel would stop to
   *     listen there, and this host would lose its own IPv6 default route
   */
  public static List<HostChange> serveExit(String policyBody, List<String> advertisedLinks) {
    List<HostChange> plan = new ArrayList<>();
    // The table first: at no moment does this host forward without its policy.
    plan.add(new HostChange.NftTable("inet", "p2pvpn_exit", policyBody));
    for (String link : advertisedLinks) {
      plan.add(new HostChange.Sysctl("net/ipv6/conf/" + link + "/accept_ra", "2"));
    }
    plan.add(new HostChange.Sysctl("net/ipv4/ip_forward", "1"));
    plan.add(new HostChange.Sysctl("net/ipv6/conf/all/forwarding", "1"));
    return plan;
  }

  /** The route that leads clients' answers back into the TUN. */
  public static List<HostChange> leasePools(Tunnel tunnel, String poolIpv6) {
    return List.of(
        new HostChange.Route("248.0.0.0/16", tunnel.link(), "", HostChange.MAIN_TABLE, 0),
        new HostChange.Route(poolIpv6, tunnel.link(), "", HostChange.MAIN_TABLE, 0));
  }

  /** The resolver change this host needs: through resolved where it runs, else by the file. */
  public static HostChange.Resolver resolver(String link, List<String> nameservers, Path file) {
    return new HostChange.Resolver(link, nameservers, file, asksSystemdResolved(file));
  }

  /**
   * Asks our own server first, for peers' names; other names go where they went. Null where that
   * would reach beyond this host: a network namespace that shares the machine's resolv.conf.
   *
   * <p>By the file, the old servers stay behind ours: when the daemon is killed the tunnel and its
   * address are gone, and a program goes on with the next one at once.
   */
  public static HostChange.@Nullable Resolver names(String link, String server, Path file) {
    boolean byResolved = asksSystemdResolved(file);
    if (!byResolved && ResolverFile.isSharedWithOthers(file)) {
      return null;
    }
    try {
      String rest = byResolved || !Files.exists(file) ? "" : Files.readString(file);
      return new HostChange.Resolver(link, List.of(server), file, byResolved, rest);
    } catch (IOException _) {
      return null;
    }
  }

  /** The servers that a resolv.conf names. */
  public static List<String> servers(Path file) {
    return ResolverFile.servers(file);
  }

  /** Whether it blocks traffic: then it is the last thing that is taken back. */
  public static boolean isKillSwitch(HostChange change) {
    return isTable(change, KILL_SWITCH) || isTable(change, CLASSES);
  }

  /** Of what rules cover, and of nothing else. */
  public static boolean isClassGuard(HostChange change) {
    return isTable(change, CLASSES);
  }

  private static boolean isTable(HostChange change, String name) {
    return change instanceof HostChange.NftTable table
        && table.family().equals("inet")
        && table.name().equals(name);
  }

  static String hex(long mark) {
    return "0x" + Long.toHexString(mark);
  }

  static String ruleMark(int index) {
    return hex(FIRST_RULE_MARK + index);
  }

  static void addLease(List<HostChange> plan, String link, Lease lease, int table) {
    for (boolean ipv6 : new boolean[] {false, true}) {
      String everything = ipv6 ? "::/0" : "0.0.0.0/0";
      String address = lease.of(ipv6);
      lease.all(ipv6).forEach(each -> plan.add(new HostChange.Address(link, each)));
      if (!address.isEmpty()) {
        plan.add(new HostChange.Route(everything, link, address, table, lease.metric()));
      }
      // Without a lease of this family, or with the TUN gone: an error at once, and no way round.
      plan.add(new HostChange.Route(everything, "", "", table, LAST_METRIC));
    }
  }

  /** By what programs read: a resolved that runs beside another resolv.conf is not asked. */
  private static boolean asksSystemdResolved(Path file) {
    try {
      return Files.isExecutable(Path.of("/usr/bin/resolvectl"))
          && Files.readString(file).contains("nameserver 127.0.0.53");
    } catch (IOException _) {
      return false;
    }
  }

  private HostPlan() {}
}
