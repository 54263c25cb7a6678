package org.p2pvpn.cli.netns;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("peers have names on the host")
class NamesIT {
  private static final String ENABLED = "[resolver]\nenabled = true\n";

  private Topology net;

  @BeforeEach
  void open() throws IOException {
    Shell.needs("dig", "getent", "dnsmasq");
    net = Topology.open();
    Files.writeString(Daemon.config(net.alice()), ENABLED);
    // What the kernel gives itself is part of what is compared.
    Shell.waitFor(
        "alice's link-local address",
        () -> !net.alice().sh("ip -6 addr show dev eth0").contains("tentative"));
  }

  @AfterEach
  void close() {
    net.close();
  }

  private static String dig(Namespace host, String words) {
    return host.sh("dig +time=2 +tries=1 " + words);
  }

  @Test
  void everyProgramFindsAPeerByItsNameAndOtherNamesAsBefore() throws IOException {
    new Services(net.site()).dns();
    Snapshot before = Snapshot.of(net.alice());
    Daemon bob = new Daemon(net.bob(), "up", "--name", "bob").awaitUp();
    Daemon alice = new Daemon(net.alice(), "up", "--name", "alice", Topology.invite(bob)).awaitUp();
    String six = bob.overlayAddress(true);
    String four = bob.overlayAddress(false);
    Namespace host = net.alice();
    Shell.waitFor("bob has a name", () -> dig(host, "+short AAAA bob.p2p").contains(six));
    assertThat(host.sh("getent ahosts bob.p2p")).contains(six, four);
    assertThat(host.sh("getent hosts " + six)).contains("bob.p2p");
    assertThat(Pings.from(host, "-c 1 -W 2 bob.p2p").received()).isEqualTo(1);
    assertThat(Pings.from(host, "-6 -c 1 -W 2 BOB.p2p").received()).isEqualTo(1);
    assertThat(dig(host, "+short A bob.p2p").strip()).isEqualTo(four);
    assertThat(dig(host, "+tcp +short AAAA bob.p2p").strip()).isEqualTo(six);
    assertThat(dig(host, "+short -x " + six).strip()).isEqualTo("bob.p2p.");
    assertThat(dig(host, "+short -x " + four).strip()).isEqualTo("bob.p2p.");
    assertThat(dig(host, "AAAA nobody.p2p")).contains("NXDOMAIN", "SOA");
    assertThat(dig(host, "MX bob.p2p")).contains("NOERROR", "ANSWER: 0");
    // What is not ours goes where it went, by both ways, and its answer is the other resolver's.
    String theirs = dig(host, "+short A www.test @" + Topology.SITE4);
    assertThat(theirs).isNotBlank();
    assertThat(dig(host, "+short A www.test")).isEqualTo(theirs);
    assertThat(dig(host, "+tcp +short A www.test")).isEqualTo(theirs);
    // Whom alice knows is not bob's business.
    String server = alice.overlayAddress(true);
    assertThat(net.bob().trySh("dig +time=1 +tries=1 @" + server + " bob.p2p AAAA").status())
        .isNotZero();
    alice.down();
    Snapshot.of(host).mustEqual(before, "after down");
  }

  @Test
  void aKilledDaemonLeavesNamesWorkingAndCleanupLeavesNothing() {
    new Services(net.site()).dns();
    Snapshot before = Snapshot.of(net.alice());
    Daemon bob = new Daemon(net.bob(), "up", "--name", "bob").awaitUp();
    Daemon alice = new Daemon(net.alice(), "up", "--name", "alice", Topology.invite(bob)).awaitUp();
    Shell.waitFor(
        "the resolver is told", () -> Snapshot.of(net.alice()).differsIn("resolver", before));
    alice.kill();
    long began = System.nanoTime();
    assertThat(net.alice().sh("getent ahosts www.test")).isNotBlank();
    assertThat((System.nanoTime() - began) / 1_000_000).as("milliseconds").isLessThan(1000);
    Daemon.cli(net.alice(), "cleanup").mustSucceed("cleanup");
    Snapshot.of(net.alice()).mustEqual(before, "after kill -9 and cleanup");
  }

  @Test
  void aNameBelongsToTheFirstKeyThatBoreItUnlessTheOperatorSaysOtherwise() throws IOException {
    Daemon bob = new Daemon(net.bob(), "up", "--name", "bob").awaitUp();
    Daemon alice = new Daemon(net.alice(), "up", "--name", "alice", Topology.invite(bob)).awaitUp();
    Namespace host = net.alice();
    String six = bob.overlayAddress(true);
    Shell.waitFor("bob has a name", () -> dig(host, "+short AAAA bob.p2p").contains(six));
    String invite = Topology.invite(alice);
    Daemon second = new Daemon(net.mallory(), "up", "--name", "bob", invite).awaitUp();
    String id = second.status().path("nodeId").asString();
    String longer = "bob-" + id.substring(0, 8) + ".p2p";
    Shell.waitFor(
        "the second bob has another name",
        () -> dig(host, "+short AAAA " + longer).contains(second.overlayAddress(true)));
    assertThat(dig(host, "+short AAAA bob.p2p").strip()).isEqualTo(six);
    assertThat(alice.status().path("warnings").toString()).contains("calls itself");
    assertThat(Daemon.cli(host, "status").mustSucceed("status")).contains("calls itself");
    alice.down();
    Files.writeString(
        Daemon.config(host), ENABLED + "[names]\nbob = \"" + id + "\"\nfriend = \"" + id + "\"\n");
    new Daemon(host, "up", "--name", "alice", Topology.invite(bob)).awaitUp();
    Shell.waitFor(
        "the operator decides",
        () -> dig(host, "+short AAAA bob.p2p").contains(second.overlayAddress(true)));
    assertThat(dig(host, "+short AAAA friend.p2p")).contains(second.overlayAddress(true));
  }

  @Test
  void withAnExitNamesGoThroughTheTunnelAndPeersAreFoundToo() {
    new Services(net.site()).dns();
    Daemon exit = net.startExit();
    UplinkWatch watch = new UplinkWatch(net.router());
    Daemon alice =
        new Daemon(net.alice(), "up", "--name", "alice", "--exit", "exit", Topology.invite(exit))
            .awaitUp();
    Namespace host = net.alice();
    Shell.waitFor("the exit is in use", () -> alice.state().equals("up"));
    watch.reset();
    String six = exit.overlayAddress(true);
    Shell.waitFor("the exit has a name", () -> dig(host, "+short AAAA exit.p2p").contains(six));
    assertThat(dig(host, "+short A www.test")).isNotBlank();
    assertThat(dig(host, "+tcp +short A www.test")).isNotBlank();
    assertThat(host.sh("getent ahosts www.test")).isNotBlank();
    assertThat(alice.counter("names_handed_on")).isPositive();
    watch.mustHaveSeenOnlyOurs("while names were asked for");
  }
}
