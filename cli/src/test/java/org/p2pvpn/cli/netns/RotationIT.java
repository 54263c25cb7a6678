package org.p2pvpn.cli.netns;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("new connections take another exit, old ones stay on theirs")
class RotationIT {
  private static final int HOPS = 2;
  private static final int MEGABYTES = 24;

  private final Village village = Village.open(12);
  private int requests;

  @AfterEach
  void removeAll() {
    village.close();
  }

  @Test
  void onCommandAndNothingIsLost() throws IOException, InterruptedException {
    Shell.needs("curl", "iperf3");
    Services services = new Services(village.host("site", 200)).web(80);
    String sha256 = services.bigFile("big", MEGABYTES);
    Namespace alice = village.host("alice", 100);
    Snapshot before = Snapshot.of(alice);
    CircuitVillage circuits = new CircuitVillage(village, HOPS, 2, 4).start("--no-relay");
    circuits.awaitPaths(3); // one to an exit that stands by
    changes(circuits, sha256);
    for (Family family : Family.values()) {
      askedForAnExitAllElseEnds(circuits, family);
    }
    assertThat(village.internet().counters("alice", "site").sentPackets()).isZero();
    village.daemon("alice").down();
    Snapshot.of(alice).mustEqual(before, "after down");
  }

  private void changes(CircuitVillage circuits, String sha256)
      throws IOException, InterruptedException {
    Namespace alice = village.host("alice");
    String old = source(Family.IPV4);
    String next = old.equals(village.address("exit", Family.IPV4)) ? "other" : "exit";
    Path file = alice.folder().resolve("download");
    String url = "http://" + village.address("site", Family.IPV4) + "/big";
    Process download = alice.start(file, "curl", "-sS", "--limit-rate", "4M", url);
    Map<Path, Process> pings = new LinkedHashMap<>();
    for (Family family : Family.values()) {
      Path pinged = alice.folder().resolve("pings-" + family);
      String site = village.address("site", family);
      pings.put(pinged, alice.start(pinged, "ping", "-q", "-i", "0.01", "-c", "300", site));
    }
    Shell.waitFor("a part of the file", () -> file.toFile().length() > 1 << 20);
    Daemon.cli(alice, "circuit", "new").mustSucceed("circuit new");
    for (int i = 0; i < 200 && source(Family.IPV4).equals(old); i++) {} // each has to succeed
    for (Family family : Family.values()) {
      assertThat(source(family)).as("now").isEqualTo(village.address(next, family));
    }
    assertThat(circuits.alice("former_exits")).hasSize(1);
    assertThat(download.isAlive()).as("the download is under way").isTrue();
    assertThat(Daemon.cli(alice, "status").mustSucceed("status"))
        .contains("for older connections; left ");
    assertThat(download.waitFor()).isZero();
    assertThat(alice.sh("sha256sum < " + file)).startsWith(sha256);
    for (Map.Entry<Path, Process> ping : pings.entrySet()) {
      assertThat(ping.getValue().waitFor()).isZero();
      String printed = Files.readString(ping.getKey());
      assertThat(Pings.of(printed).received()).as("pings answered").isEqualTo(300);
    }
    Shell.waitFor(
        "nobody needs the old exit",
        Duration.ofSeconds(40),
        () -> circuits.alice("former_exits").isEmpty(),
        () -> alice.trySh("ss -ntu").text());
  }

  private void askedForAnExitAllElseEnds(CircuitVillage circuits, Family family)
      throws InterruptedException {
    Namespace alice = village.host("alice");
    String other = circuits.path().getLast().equals("exit") ? "other" : "exit";
    String site = village.address("site", family);
    int port = family.isIpv6() ? 5202 : 5201; // the server learns late that its client is gone
    new Services(village.host("site")).iperfOnce(port);
    Process talk = alice.start("iperf3", "-p", "" + port, "-t", "60", "-b", "1M", "-c", site);
    Shell.waitFor(
        "two connections", () -> alice.sh("ss -Hnt dport = :" + port).lines().count() == 2);
    String id = village.daemon(other).status().path("nodeId").asString();
    Daemon.cli(alice, "exit", "use", id).mustSucceed("exit use");
    Shell.waitFor("the old connections' end", () -> !talk.isAlive());
    assertThat(talk.waitFor()).as("cut").isNotZero();
    assertThat(source(family)).isEqualTo(village.address(other, family));
  }

  /** The address that the site saw of a new connection, which has to succeed. */
  private String source(Family family) {
    String query = "/hello?" + ++requests;
    String url = "http://" + family.inUrl(village.address("site", family)) + query;
    assertThat(village.host("alice").sh("curl -sS -g -m 5 '%s'".formatted(url)))
        .isEqualTo("hello\n");
    return new Services(village.host("site")).whoAsked(query);
  }
}
