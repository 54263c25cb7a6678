package org.p2pvpn.cli.netns;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

@DisplayName("rules send what they cover by exits of their own")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RouteIT {
  /** A user that every system has and no daemon of the test runs as. */
  private static final String USER = "nobody";

  private static final String CGROUP = "/p2it-routes.slice";

  /** A namespace's own /sys hides the host's cgroups. */
  private static final String WITH_CGROUPS =
      "mount -t cgroup2 none /sys/fs/cgroup && mkdir -p /sys/fs/cgroup" + CGROUP + " && ";

  /** In the rules' prefix, and elsewhere. */
  private static final String COVERED = "covered";

  private static final String SITE = "site";

  private final Village village = Village.open(11);
  private final Namespace alice = village.host("alice", 3);
  private final Map<String, Long> sentBefore = new HashMap<>();
  private final AtomicInteger requests = new AtomicInteger();

  /** Two exits and two sites, each in a prefix of its own. */
  @BeforeAll
  void startInternet() {
    Shell.needs("curl", "runuser", "python3");
    Shell.assume(
        Shell.run(List.of("unshare", "-m", "sh", "-c", WITH_CGROUPS + "true")).status() == 0,
        "needs cgroup v2");
    new Services(village.host(SITE, 200)).web(80);
    new Services(village.host(COVERED, 201)).web(80);
    village.start(NodeSpec.exit("one", 1), NodeSpec.exit("two", 2));
  }

  @AfterAll
  void removeAll() {
    village.close();
    Shell.run(
        List.of(
            "unshare",
            "-m",
            "sh",
            "-c",
            "mount -t cgroup2 none /sys/fs/cgroup && rmdir /sys/fs/cgroup" + CGROUP));
  }

  /** A test may kill the second exit, and one sends to a site beside the tunnel. */
  @BeforeEach
  void beginAnew() {
    if (!village.daemon("two").isAlive()) {
      village.start(NodeSpec.exit("two", 2));
    }
    List.of(SITE, COVERED).forEach(site -> sentBefore.put(site, sent(site)));
  }

  @AfterEach
  void stopAlice() {
    Daemon.cli(alice, "down");
  }

  private long sent(String site) {
    return village.internet().counters("alice", site).sentPackets();
  }

  @Test
  void byPrefixUserCgroupAndMarkBesideADefault() {
    Snapshot before = Snapshot.of(alice);
    Daemon daemon = start("use = \"one\"", rules(), List.of("up"));
    for (Family family : Family.values()) {
      assertThat(sourceOf(SITE, family, "")).as("the rest").isEqualTo(exit("one", family));
      assertThat(sourceOf(COVERED, family, "")).as("by prefix").isEqualTo(exit("two", family));
      assertThat(sourceOf(SITE, family, asUser())).as("by user").isEqualTo(exit("two", family));
      assertThat(sourceOf(SITE, family, inCgroup())).as("by cgroup").isEqualTo(exit("two", family));
      assertThat(markedSource(SITE, family)).as("by mark").isEqualTo(exit("two", family));
    }
    JsonNode status = daemon.status();
    assertThat(status.path("state").asString()).isEqualTo("up");
    assertThat(status.path("routes").path(0).path("name").asString()).isEqualTo("second");
    assertThat(status.path("routes").path(0).path("matches").size()).isEqualTo(4);
    assertThat(Daemon.cli(alice, "status").mustSucceed("status"))
        .contains(
            "second: to ", "; user nobody; cgroup " + CGROUP + "; fwmark 0x7 => two, connected");
    village.daemon("two").kill();
    awaitMissed(daemon);
    List<Runnable> tries = new ArrayList<>();
    for (Family family : Family.values()) {
      tries.add(() -> mustFail(COVERED, family, "", "covered, its exit dead"));
      tries.add(() -> mustFail(SITE, family, asUser(), "a user's, its exit dead"));
      tries.add(() -> mustFail(SITE, family, inCgroup(), "a cgroup's, its exit dead"));
    }
    Shell.together(tries);
    for (Family family : Family.values()) {
      assertThat(sourceOf(SITE, family, "")).as("the rest").isEqualTo(exit("one", family));
    }
    assertThat(daemon.state()).isEqualTo("degraded");
    nothingBeside(SITE, COVERED);
    daemon.down();
    Snapshot.of(alice).mustEqual(before, "after down");
  }

  @Test
  void onlyWhatRulesCoverIsTouchedWithoutADefault() {
    Snapshot before = Snapshot.of(alice);
    Daemon daemon = start("", rules(), List.of("up"));
    for (Family family : Family.values()) {
      String own = village.address("alice", family);
      assertThat(sourceOf(SITE, family, "")).as("the rest").isEqualTo(own);
      assertThat(sourceOf(COVERED, family, "")).as("by prefix").isEqualTo(exit("two", family));
      assertThat(sourceOf(SITE, family, asUser())).as("by user").isEqualTo(exit("two", family));
      assertThat(sourceOf(SITE, family, inCgroup())).as("by cgroup").isEqualTo(exit("two", family));
      assertThat(markedSource(SITE, family)).as("by mark").isEqualTo(exit("two", family));
    }
    nothingBeside(COVERED);
    daemon.kill();
    for (Family family : Family.values()) {
      assertThat(get(COVERED, family, "").status()).as("covered, after kill -9").isNotZero();
      assertThat(get(SITE, family, asUser()).status()).as("a user's, after kill -9").isNotZero();
      assertThat(sourceOf(SITE, family, "")).isEqualTo(village.address("alice", family));
    }
    nothingBeside(COVERED);
    // Bound to the device: routes do not protect from that, the table does.
    get(COVERED, Family.IPV4, "", "--interface eth0");
    get(COVERED, Family.IPV6, "", "--interface eth0");
    nothingBeside(COVERED);
    Daemon again = start("", rules(), List.of("up"));
    assertThat(sourceOf(COVERED, Family.IPV4, "")).isEqualTo(exit("two", Family.IPV4));
    again.kill();
    Daemon.cli(alice, "cleanup").mustSucceed("cleanup");
    Snapshot.of(alice).mustEqual(before, "after kill -9 and cleanup");
  }

  @Test
  void whatHasNoPathIsClosedAndSaysWhy() {
    String rule =
        "[[route]]\nuser = \"%s\"\nexit = \"NO\"\nhops = 2\nname = \"norway\"\n".formatted(USER);
    Daemon daemon = start("use = \"one\"", rule, List.of("up", "--no-wait"));
    Shell.waitFor("the default's lease", () -> daemon.printed("all traffic goes by one"));
    assertThat(sourceOf(SITE, Family.IPV4, "")).isEqualTo(exit("one", Family.IPV4));
    assertThat(get(SITE, Family.IPV4, asUser()).status()).isNotZero();
    Shell.waitFor(
        "the reason",
        () ->
            daemon
                .status()
                .path("warnings")
                .valueStream()
                .anyMatch(
                    warning ->
                        warning.asString().startsWith("no path to the exit of norway: no ")
                            && warning.asString().contains(": exit NO removed ")));
    nothingBeside(SITE, COVERED);
    daemon.down();
  }

  private Daemon start(String exit, String rules, List<String> words) {
    StringBuilder config = new StringBuilder("[exit]\n" + exit + "\n" + rules);
    for (String node : List.of("one", "two")) {
      config.append(
          "[[peer]]\nname = \"%s\"\naddress = \"%s\"\n".formatted(node, village.invite(node)));
    }
    try {
      Files.writeString(Daemon.config(alice), config);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<String> command = new ArrayList<>(List.of("sh", "-c", WITH_CGROUPS + "exec \"$@\"", "sh"));
    command.addAll(Daemon.command(alice, words.toArray(String[]::new)));
    Daemon daemon = new Daemon(alice, Map.of(), command);
    return words.contains("--no-wait") ? daemon : daemon.awaitUp();
  }

  private String rules() {
    String ipv4 = village.address(COVERED, Family.IPV4).replaceFirst("\\.\\d+$", ".0/24");
    String ipv6 = village.address(COVERED, Family.IPV6) + "/64";
    return route("to = [\"%s\", \"%s\"]".formatted(ipv4, ipv6))
        + route("user = \"" + USER + "\"")
        + route("cgroup = \"" + CGROUP + "\"")
        + route("fwmark = 7");
  }

  private static String route(String match) {
    return "[[route]]\n" + match + "\nexit = \"two\"\nname = \"second\"\n";
  }

  private static String asUser() {
    return "runuser -u " + USER + " -- ";
  }

  private static String inCgroup() {
    return WITH_CGROUPS + "echo $$ > /sys/fs/cgroup" + CGROUP + "/cgroup.procs && ";
  }

  private static String routeState(Daemon daemon) {
    return daemon.status().path("routes").path(0).path("state").asString();
  }

  private static void awaitMissed(Daemon daemon) {
    Shell.waitFor(
        "the exit is missed",
        Duration.ofSeconds(30),
        () -> !routeState(daemon).equals("connected"),
        daemon::log);
  }

  private String exit(String name, Family family) {
    return village.address(name, family);
  }

  private Shell.Answer get(String site, Family family, String prefix, String... options) {
    String url =
        "http://"
            + family.inUrl(village.address(site, family))
            + "/hello?"
            + requests.incrementAndGet();
    return alice.trySh(
        prefix + "curl -sS -g -m 5 %s '%s'".formatted(String.join(" ", options), url));
  }

  private void mustFail(String site, Family family, String prefix, String what) {
    assertThat(get(site, family, prefix).status()).as(what).isNotZero();
  }

  /** The address that a site saw. */
  private String sourceOf(String site, Family family, String prefix) {
    assertThat(get(site, family, prefix).text()).isEqualTo("hello\n");
    return seen(site);
  }

  private String markedSource(String site, Family family) {
    String program =
        """
        import socket
        s = socket.socket(socket.%s, socket.SOCK_STREAM)
        s.settimeout(5)
        s.setsockopt(socket.SOL_SOCKET, 36, 7)
        s.connect(("%s", 80))
        s.sendall(b"GET /hello?%d HTTP/1.0\\r\\n\\r\\n")
        while s.recv(4096): pass
        """
            .formatted(
                family.isIpv6() ? "AF_INET6" : "AF_INET",
                village.address(site, family),
                requests.incrementAndGet());
    Path file = alice.folder().resolve("mark.py");
    try {
      Files.writeString(file, program);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    alice.sh("python3 " + file);
    return seen(site);
  }

  /** Who asked last. */
  private String seen(String site) {
    return new Services(village.host(site)).whoAsked("/hello?" + requests);
  }

  /** The sites never got a packet that alice sent herself. */
  private void nothingBeside(String... sites) {
    for (String site : sites) {
      assertThat(sent(site))
          .as("packets of alice to %s beside the tunnel, and those before this test", site)
          .isEqualTo(sentBefore.get(site));
    }
  }
}
