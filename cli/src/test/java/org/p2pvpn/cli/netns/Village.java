package org.p2pvpn.cli.netns;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.p2pvpn.cli.underlay.AddressPlan;
import org.p2pvpn.cli.underlay.EmulatedInternet;

/**
 * Any number of hosts on an emulated internet, each in a namespace with addresses of its prefix,
 * and real daemons on them. Other hosts have no daemon: web sites, attackers.
 *
 * <pre>
 *   try (Village village = Village.open(SEED)) {
 *     village.internet().defaultLink(LinkShape.of(Duration.ofMillis(40), 0.02));
 *     Namespace site = village.host("site", 200);
 *     village.start(NodeSpec.exit("exit", 1), NodeSpec.client("alice", 2, "exit").knowing("exit"));
 *     village.daemon("alice").status();
 *     village.internet().between("alice", "exit").loss(0.1);
 *     village.daemon("exit").kill();
 *   }
 * </pre>
 *
 * <p>One thread. What a killed run left is removed by the next one, as with {@link Topology}.
 */
final class Village implements AutoCloseable {
  /** Ours: two cores start this many daemons well within a daemon's patience. */
  private static final int STARTS_AT_ONCE = 4;

  private static final Pattern INVITE_OF = Pattern.compile("\\{([a-z0-9]+)}");

  private final Path folder;
  private final EmulatedInternet internet;
  private final Map<String, Namespace> hosts = new LinkedHashMap<>();
  private final Map<String, AddressPlan> addresses = new HashMap<>();
  private final Map<String, Daemon> daemons = new LinkedHashMap<>();
  private final Map<String, String> invites = new HashMap<>();
  private final Map<Integer, Integer> hostsOfPrefix = new HashMap<>();
  private final Thread atExit = new Thread(this::removeAll, "remove village");

  private Village(long seed) {
    try {
      folder = Files.createTempDirectory("p2it");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    internet = EmulatedInternet.open(seed);
  }

  /** An internet without hosts; skips the test aloud where there can be none. */
  static Village open(long seed) {
    Shell.assume("root".equals(System.getProperty("user.name")), "needs root for namespaces");
    Shell.assume(Files.exists(Path.of("/dev/net/tun")), "needs /dev/net/tun");
    Shell.needs("ip", "nft", "ping");
    Namespace.removeLeftOvers();
    Village village = new Village(seed);
    Runtime.getRuntime().addShutdownHook(village.atExit);
    return village;
  }

  EmulatedInternet internet() {
    return internet;
  }

  Path folder() {
    return folder;
  }

  /** A host without a daemon. Its name is lower case and short: a namespace bears it. */
  Namespace host(String name, int prefix) {
    int number = hostsOfPrefix.merge(prefix, 1, Integer::sum) - 1;
    AddressPlan plan = new AddressPlan(prefix, number);
    // The address of a resolver that does not answer, unless a test starts one there.
    Namespace host = new Namespace(name, folder, plan.ipv4());
    hosts.put(name, host);
    addresses.put(name, plan);
    internet.host(name, host.name(), plan.ipv4(), plan.ipv6());
    return host;
  }

  /**
   * A host in the private IPv4 network behind another one, whose nftables translates for it and
   * lets nothing new in, as a home router does.
   *
   * @param masquerade the statement, e.g. {@code masquerade fully-random}
   */
  Namespace hostBehind(String router, String name, String masquerade) {
    Namespace gateway = host(router);
    Namespace host = new Namespace(name, folder, "192.168.7.1");
    hosts.put(name, host);
    Topology.link(host, "eth0", gateway, "lan", "192.168.7", "fd07:7");
    host.ip("route add default via 192.168.7.1");
    gateway.sh(
        """
        sysctl -qw net.ipv4.ip_forward=1
        nft 'table ip home {
          chain out { type nat hook postrouting priority srcnat; oifname "eth0" %s; }
          chain in { type filter hook input priority filter; iifname "eth0" ct state new drop; }
          chain by { type filter hook forward priority filter; iifname "eth0" ct state new drop; }
        }'
        """
            .formatted(masquerade));
    return host;
  }

  Namespace host(String name) {
    return Objects.requireNonNull(hosts.get(name), name);
  }

  /** As the internet sees it; of a host behind a NAT, the NAT's. */
  String address(String name, Family family) {
    AddressPlan plan = Objects.requireNonNull(addresses.get(name), name);
    return family.isIpv6() ? plan.ipv6() : plan.ipv4();
  }

  /** Gives a host without NAT other addresses, as after a move to another network. */
  void move(String name, AddressPlan plan) {
    internet.readdress(name, plan.ipv4(), plan.ipv6());
    addresses.put(name, plan);
  }

  /** Makes hosts and starts daemons, each when those its config names are up; waits for all. */
  void start(NodeSpec... specs) {
    start(List.of(specs));
  }

  void start(List<NodeSpec> specs) {
    List<Daemon> starting = new ArrayList<>();
    for (NodeSpec spec : specs) {
      if (starting.size() >= STARTS_AT_ONCE || namesOneOf(spec, starting)) {
        starting.forEach(Daemon::awaitUp);
        starting.clear();
      }
      starting.add(launch(spec));
    }
    starting.forEach(Daemon::awaitUp);
  }

  private static boolean namesOneOf(NodeSpec spec, List<Daemon> starting) {
    return starting.stream()
        .anyMatch(daemon -> spec.config().contains("{" + daemon.host().label() + "}"));
  }

  /** Starts a daemon and does not wait; on the host of that name, which is made if missing. */
  Daemon launch(NodeSpec spec) {
    Namespace host = hosts.containsKey(spec.name()) ? host(spec.name()) : settle(spec);
    try {
      Files.writeString(Daemon.config(host), withInvites(spec.config()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<String> words = new ArrayList<>(spec.words());
    words.addAll(List.of("--name", spec.name()));
    Daemon daemon = new Daemon(host, words.toArray(String[]::new));
    daemons.put(spec.name(), daemon);
    return daemon;
  }

  private Namespace settle(NodeSpec spec) {
    Namespace host = host(spec.name(), spec.prefix());
    if (spec.nat() != null) {
      internet.nat(spec.name(), spec.nat());
    }
    return host;
  }

  private String withInvites(String config) {
    return INVITE_OF
        .matcher(config)
        .replaceAll(found -> Matcher.quoteReplacement(invite(found.group(1))));
  }

  /** A line by which any number of guests may join this node. */
  String invite(String name) {
    return invites.computeIfAbsent(name, _ -> Topology.invite(daemon(name)));
  }

  /** The last one started on the host; {@code kill}, {@code signal}, {@code down}, {@code ask}. */
  Daemon daemon(String name) {
    return Objects.requireNonNull(daemons.get(name), name);
  }

  List<Daemon> daemons() {
    return List.copyOf(daemons.values());
  }

  @Override
  public void close() {
    removeAll();
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException _) {
      // The JVM is going down: the hook is what runs.
    }
  }

  private synchronized void removeAll() {
    hosts.values().forEach(Namespace::close);
    internet.close();
    hosts.clear();
    Namespace.deleteTree(folder);
  }
}
