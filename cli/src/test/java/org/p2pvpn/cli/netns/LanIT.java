package org.p2pvpn.cli.netns;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * Hosts on one switch, without a router, a route or an IPv4 address: all that they have is what the
 * kernel makes for itself, fe80::/64.
 */
@DisplayName("nodes on one link, and nothing else")
class LanIT {
  private static final Duration FIVE_SECONDS = Duration.ofSeconds(5);
  private Lan lan;

  @BeforeEach
  void plug() {
    lan = Lan.open();
  }

  @AfterEach
  void unplug() {
    lan.close();
  }

  @Test
  void twoLaptopsThatLetTheirLinkInTalkWithinFiveSecondsAndAThirdThatDoesNotIsListedNowhere() {
    Namespace alice = lan.host("alice", "[lan]\njoin = true\n");
    Namespace bob = lan.host("bob", "[lan]\njoin = true\n");
    Namespace carol = lan.host("carol", "");
    Daemon first = new Daemon(alice, "up", "--name", "alice").awaitUp();
    Daemon third = new Daemon(carol, "up", "--name", "carol").awaitUp();
    Daemon second = new Daemon(bob, "up", "--name", "bob").awaitUp();
    long up = System.nanoTime();
    String there = first.overlayAddress(true);
    Shell.waitFor(
        "bob talks to alice",
        FIVE_SECONDS,
        () -> Pings.from(bob, "-c 1 -W 1 " + there).received() == 1,
        second::log);
    System.out.printf(
        "LanIT: strangers talked after %d ms%n", (System.nanoTime() - up) / 1_000_000);
    assertThat(peer(second, "alice").path("endpoint").asString()).startsWith("[fe80:");
    Shell.waitFor(
        "carol lists both",
        FIVE_SECONDS,
        () ->
            peer(third, "alice").path("state").asString().equals("stranger")
                && peer(third, "bob").path("state").asString().equals("stranger"),
        third::log);
    assertThat(second.status().path("peers").size()).isEqualTo(1);
    assertThat(third.counter("handshakes_sent")).isZero();
  }

  @Test
  void aPeerAtANewPlaceIsFoundThereAndTheLinkSeesNoKeyOfEither() {
    Namespace alice = lan.host("alice", "");
    Namespace bob = lan.host("bob", "");
    Namespace carol = lan.host("carol", "");
    lan.addresses("192.0.2");
    Daemon first = new Daemon(alice, "up", "--name", "alice").awaitUp();
    String invite = Topology.inviteOnce(first);
    new Daemon(bob, "up", "--name", "bob", invite).awaitUp().down();
    first.down();
    lan.withoutAddresses();
    Path seen = lan.capture(carol);
    first = new Daemon(alice, "up", "--name", "alice").awaitUp();
    Daemon second = new Daemon(bob, "up", "--name", "bob").awaitUp();
    long up = System.nanoTime();
    String there = first.overlayAddress(true);
    Shell.waitFor(
        "bob talks to alice",
        FIVE_SECONDS,
        () -> Pings.from(bob, "-c 1 -W 1 " + there).received() == 1,
        second::log);
    System.out.printf("LanIT: peers talked after %d ms%n", (System.nanoTime() - up) / 1_000_000);
    assertThat(second.counter("beacons_taken") + first.counter("beacons_taken")).isPositive();
    assertThat(read(seen)).contains(" > ff12::7032:7076.28791: UDP, length 19");
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void withTheKillSwitchClosedTheExitIsFoundOnTheLinkAndNothingElseLeaves() {
    // With an exit for everything the links are told nothing unless this says so.
    Namespace alice = lan.host("alice", "[lan]\nenabled = true\n");
    Namespace exit = lan.host("exit", "");
    Namespace carol = lan.host("carol", "");
    lan.addresses("192.0.2");
    Daemon server = new Daemon(exit, "serve", "--exit", "--name", "exit").awaitUp();
    String invite = Topology.inviteOnce(server);
    new Daemon(alice, "up", "--name", "alice", invite).awaitUp().down();
    server.down();
    lan.withoutAddresses();
    Path seen = lan.capture(carol);
    new Daemon(exit, "serve", "--exit", "--name", "exit").awaitUp();
    Daemon client = new Daemon(alice, "up", "--name", "alice", "--exit", "exit").awaitUp();
    assertThat(client.status().path("killSwitch").asBoolean()).isTrue();
    Shell.waitFor("alice uses the exit", () -> client.state().equals("up"));
    assertThat(peer(client, "exit").path("endpoint").asString()).startsWith("[fe80:");
    // To a host that is no party the link brings multicast: of alice's only beacons and discovery.
    String own = alice.sh("ip -6 -o addr show dev eth0 scope link").split(" +", 5)[3];
    String others =
        read(seen)
            .lines()
            .filter(line -> line.contains(" " + own.split("/", 2)[0] + "."))
            .filter(line -> !line.contains("ff12::7032:7076.28791"))
            .collect(Collectors.joining("\n"));
    assertThat(others).isEmpty();
  }

  @Test
  void aPrivateNetworkIsSilentToWhoeverLacksItsKeyAndItsMembersFindEachOther() {
    Namespace alice = lan.host("alice", "");
    Namespace bob = lan.host("bob", "");
    Namespace carol = lan.host("carol", "[lan]\njoin = true\n");
    Namespace dave = lan.host("dave", "");
    lan.addresses("192.0.2");
    Daemon first = new Daemon(alice, "up", "--name", "alice", "--private").awaitUp();
    String invite =
        Daemon.cli(alice, "invite", "--reusable", "--network").mustSucceed("invite").strip();
    assertThat(invite).contains("&network=");
    String line = invite.lines().filter(one -> one.startsWith("p2pvpn://")).findFirst().orElse("");
    new Daemon(bob, "up", "--name", "bob", line).awaitUp();
    // The same line with its token, but without the network's key.
    Daemon third =
        new Daemon(
            carol,
            "up",
            "--no-wait",
            "--name",
            "carol",
            line.replaceAll("&network=[A-Za-z0-9_-]+", ""));
    third.awaitLine("interface");
    // A member that alice never invited: it has the key from bob, and no address of anybody.
    String key = line.replaceAll(".*&network=([A-Za-z0-9_-]+).*", "$1");
    try {
      Files.writeString(Daemon.config(dave), "network_key = \"" + key + "\"\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Daemon fourth = new Daemon(dave, "up", "--name", "dave").awaitUp();
    for (Daemon member : List.of(first, fourth)) {
      Shell.waitFor(
          "bob talks to " + member.host().label(),
          FIVE_SECONDS,
          () -> Pings.from(bob, "-c 1 -W 1 " + member.overlayAddress(true)).received() == 1,
          fourth::log);
    }
    Shell.waitFor("carol called", () -> first.counter("drop_handshake_wrong_mac1") > 2);
    assertThat(peer(third, "alice").path("state").asString()).isNotIn("connected", "refused");
    assertThat(third.counter("beacon_refused_other_network")).isPositive();
    assertThat(first.counter("beacon_refused_other_network")).isPositive();
    assertThat(first.status().path("peers").toString()).doesNotContain("carol");
    assertThat(first.counter("handshakes_refused")).isZero();
    first.down();
    Daemon again = new Daemon(alice, "up", "--name", "alice").awaitUp();
    assertThat(again.printed("private: only nodes with its key")).isTrue();
  }

  private static JsonNode peer(Daemon daemon, String name) {
    for (JsonNode peer : daemon.status().path("peers")) {
      if (peer.path("name").asString().equals(name)) {
        return peer;
      }
    }
    return daemon.status().path("nothing");
  }

  /** A switch in a namespace of its own. */
  private static final class Lan implements AutoCloseable {
    private final Path folder;
    private final Map<String, Namespace> hosts = new LinkedHashMap<>();
    private final Namespace cable;
    private int number;

    private Lan(Path folder) {
      this.folder = folder;
      cable = new Namespace("switch", folder, "192.0.2.99");
      cable.ip("link add br0 type bridge mcast_snooping 0");
      cable.ip("link set br0 up");
    }

    static Lan open() {
      Shell.assume("root".equals(System.getProperty("user.name")), "needs root for namespaces");
      Shell.needs("ip", "nft", "ping", "tcpdump");
      Namespace.removeLeftOvers();
      try {
        return new Lan(Files.createTempDirectory("p2it"));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    Namespace host(String label, String config) {
      Namespace host = new Namespace(label, folder, "192.0.2.99");
      hosts.put(label, host);
      Shell.must(
          "ip link add eth0 netns %s type veth peer name %s netns %s"
              .formatted(host.name(), label, cable.name()));
      cable.ip("link set " + label + " master br0 up");
      host.ip("link set eth0 up");
      try {
        Files.writeString(Daemon.config(host), config);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return host;
    }

    /** One of IPv4 for each, on the link. */
    void addresses(String net) {
      number = 0;
      hosts.values().forEach(host -> host.ip("addr add " + net + "." + ++number + "/24 dev eth0"));
    }

    void withoutAddresses() {
      hosts.values().forEach(host -> host.ip("-4 addr flush dev eth0"));
    }

    /** What the others say to the link. */
    Path capture(Namespace at) {
      Path seen = at.folder().resolve("seen.txt");
      at.start(seen, "tcpdump", "-n", "-l", "--immediate-mode", "-i", "eth0", "-Q", "in");
      Shell.waitFor("the capture begins", () -> read(seen).contains("listening on"));
      return seen;
    }

    @Override
    public void close() {
      hosts.values().forEach(Namespace::close);
      cable.close();
      Namespace.deleteTree(folder);
    }
  }
}
