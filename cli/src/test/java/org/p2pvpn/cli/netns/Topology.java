package org.p2pvpn.cli.netns;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * The network of every test here; each host has IPv4 and IPv6 and a default route by the router.
 *
 * <pre>
 *   alice 203.0.1.2 ---+            +--- exit 203.0.2.2
 *         2a01:1::2    |            |         2a01:2::2
 *                      +-- router --+
 *   bob   203.0.4.2 ---+     |      +--- site 203.0.3.2, "the internet": web, DNS, ...
 *         2a01:4::2          |                2a01:3::2
 *                  mallory 203.0.5.2, 2a01:5::2
 * </pre>
 *
 * <p>Namespaces are called p2it-PID-HOST, so that runs side by side do not meet. What a killed run
 * left is removed by the next one.
 */
final class Topology implements AutoCloseable {
  static final String SITE4 = "203.0.3.2";
  static final String SITE6 = "2a01:3::2";
  static final String EXIT4 = "203.0.2.2";
  static final String EXIT6 = "2a01:2::2";

  private static final Map<String, Integer> NUMBERS =
      Map.of("alice", 1, "exit", 2, "site", 3, "bob", 4, "mallory", 5);

  private final Path folder;
  private final Map<String, Namespace> hosts = new LinkedHashMap<>();
  private final Thread atExit = new Thread(this::removeAll, "remove topology");

  private Topology() {
    try {
      folder = Files.createTempDirectory("p2it");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All five hosts and the router. */
  static Topology open() {
    Shell.assume("root".equals(System.getProperty("user.name")), "needs root for namespaces");
    Shell.assume(Files.exists(Path.of("/dev/net/tun")), "needs /dev/net/tun");
    Shell.needs("ip", "nft", "ping");
    Namespace.removeLeftOvers();
    Topology topology = new Topology();
    Runtime.getRuntime().addShutdownHook(topology.atExit);
    try {
      topology.build();
      return topology;
    } catch (RuntimeException | AssertionError e) {
      topology.close();
      throw e;
    }
  }

  private void build() {
    Namespace router = add("router");
    router.sh("sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1");
    NUMBERS.forEach(
        (label, number) -> {
          Namespace host = add(label);
          link(host, "eth0", router, label, "203.0." + number, "2a01:" + number);
          host.ip("route add default via 203.0." + number + ".1");
          host.ip("-6 route add default via 2a01:" + number + "::1");
        });
  }

  private Namespace add(String label) {
    Namespace host = new Namespace(label, folder, SITE4);
    hosts.put(label, host);
    return host;
  }

  /** A cable; the far end gets .1 and ::1, the near one .2 and ::2. */
  static void link(
      Namespace near, String nearLink, Namespace far, String farLink, String net4, String net6) {
    Shell.must(
        "ip link add %s netns %s type veth peer name %s netns %s"
            .formatted(nearLink, near.name(), farLink, far.name()));
    near.ip("addr add " + net4 + ".2/24 dev " + nearLink);
    near.ip("addr add " + net6 + "::2/64 dev " + nearLink + " nodad");
    far.ip("addr add " + net4 + ".1/24 dev " + farLink);
    far.ip("addr add " + net6 + "::1/64 dev " + farLink + " nodad");
    near.ip("link set " + nearLink + " up");
    far.ip("link set " + farLink + " up");
  }

  /** One more host behind another one's new link {@code lan}. */
  Namespace addBehind(Namespace gateway, String label, String net4, String net6) {
    Namespace host = add(label);
    link(host, "eth0", gateway, "lan", net4, net6);
    host.ip("route add default via " + net4 + ".1");
    host.ip("-6 route add default via " + net6 + "::1");
    return host;
  }

  Namespace host(String label) {
    return Objects.requireNonNull(hosts.get(label), label);
  }

  Namespace alice() {
    return host("alice");
  }

  Namespace bob() {
    return host("bob");
  }

  Namespace exit() {
    return host("exit");
  }

  Namespace site() {
    return host("site");
  }

  Namespace router() {
    return host("router");
  }

  Namespace mallory() {
    return host("mallory");
  }

  Path folder() {
    return folder;
  }

  /** A new line with a token from a running node, for any number of guests. */
  static String invite(Daemon node) {
    return invite(node, true);
  }

  /** For one guest, who is known from then on. */
  static String inviteOnce(Daemon node) {
    return invite(node, false);
  }

  private static String invite(Daemon node, boolean reusable) {
    return node.ask("invite", "{\"life_seconds\":3600,\"reusable\":" + reusable + "}")
        .path("invite")
        .asString();
  }

  /** The exit, up and serving. */
  Daemon startExit() {
    return new Daemon(exit(), "serve", "--exit", "--name", "exit").awaitUp();
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
    hosts.clear();
    Namespace.deleteTree(folder);
  }
}
