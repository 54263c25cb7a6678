package org.p2pvpn.cli.netns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.p2pvpn.cli.underlay.EmulatedInternet;
import org.p2pvpn.cli.underlay.LinkCounters;
import org.p2pvpn.cli.underlay.LinkShape;
import org.p2pvpn.cli.underlay.NatKind;
import org.p2pvpn.cli.underlay.Verdict;

@DisplayName("the emulated internet with real kernels at its ends")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UnderlayIT {
  private static final int PACKETS_PER_SECOND = Shell.number("underlaypps", 60_000);

  private final Village village = Village.open(1);
  private final EmulatedInternet internet = village.internet();
  private final Namespace alice = village.host("alice", 1);
  private final Namespace bob = village.host("bob", 2);

  @AfterEach
  void makePerfect() {
    internet.link("alice", "bob", LinkShape.PERFECT);
  }

  @AfterAll
  void close() {
    village.close();
  }

  private Pings ping(int count, String options) {
    return Pings.from(alice, "-c " + count + " -W 1 " + options + " " + bobsAddress());
  }

  private String bobsAddress() {
    return village.address("bob", Family.IPV4);
  }

  @Test
  void addsLittleTimeWhenItIsToldNone() {
    ping(2000, "-i 0.001");
    Pings pings = ping(1000, "-i 0.002");
    System.out.println("UnderlayIT: round trip without emulation " + pings);
    assertThat(pings.received()).isEqualTo(1000);
    // 0.1 ms is what it takes on an idle machine; a busy one is not the emulation's fault.
    assertThat(pings.meanMillis()).isLessThan(1);
  }

  @Test
  void carriesManySmallPackets() {
    Shell.needs("iperf3");
    new Services(bob).iperfOnce(5202);
    LinkCounters before = internet.counters("alice", "bob");
    alice.sh("iperf3 -u -b 0 -l 64 -t 3 -p 5202 -c " + bobsAddress());
    LinkCounters after = internet.counters("alice", "bob");
    long perSecond = (after.deliveredPackets() - before.deliveredPackets()) / 3;
    System.out.println("UnderlayIT: packets a second " + perSecond);
    assertThat(perSecond).isGreaterThan(PACKETS_PER_SECOND);
  }

  @Test
  void carriesTcpAtMoreThanADaemonNeeds() {
    Shell.needs("iperf3");
    new Services(bob).iperfOnce(5203);
    String said = alice.sh("iperf3 -f m -t 2 -p 5203 -c " + bobsAddress());
    System.out.println("UnderlayIT: " + said.lines().filter(l -> l.endsWith("receiver")).toList());
  }

  @Test
  void bandwidthIsWhatTcpGets() {
    Shell.needs("iperf3");
    internet.between("alice", "bob").rate(10_000_000, 50_000).delay(Duration.ofMillis(5));
    new Services(bob).iperfOnce(5204);
    String said = alice.sh("iperf3 -f k -t 4 -p 5204 -c " + bobsAddress());
    String line = said.lines().filter(l -> l.endsWith("receiver")).findFirst().orElseThrow();
    double kbits = Double.parseDouble(line.replaceFirst(".*?([0-9.]+) Kbits/sec.*", "$1"));
    System.out.println("UnderlayIT: TCP at 10 Mbit/s: " + kbits + " kbit/s");
    assertThat(kbits).isBetween(7_000.0, 10_000.0);
  }

  @Test
  void theKernelLearnsThePathMtu() {
    internet.between("alice", "bob").mtu(1300);
    for (Family family : Family.values()) {
      String to = village.address("bob", family);
      assertThat(alice.trySh("ping -c 2 -i 0.2 -W 1 -M do -s 1400 " + to).text()).contains("mtu");
      assertThat(alice.sh("ip route get " + to)).contains("mtu 1300");
      // In pieces: the first answers are too big themselves, until bob has learnt it, too.
      assertThat(Pings.from(alice, "-c 5 -i 0.2 -W 1 -s 1400 " + to).received()).isPositive();
    }
    alice.ip("route flush cache");
    alice.ip("-6 route flush cache");
  }

  @Test
  void aDownLinkIsToldAndABlackHoleIsNotAndBothEnd() {
    internet.between("alice", "bob").down();
    assertThat(alice.trySh("ping -c 1 -W 1 " + bobsAddress()).text()).contains("Unreachable");
    internet.between("alice", "bob").up();
    assertThat(ping(1, "").received()).isEqualTo(1);
    internet.blackhole("bob");
    assertThat(alice.trySh("ping -c 1 -W 1 " + bobsAddress()).text()).doesNotContain("reachable");
    internet.restore("bob");
    assertThat(ping(1, "").received()).isEqualTo(1);
  }

  @Test
  void aHostMayLoseItsCableAndMove() {
    Namespace carol = village.host("carol", 3);
    internet.unplug("carol");
    Shell.waitFor("no carrier", () -> carol.sh("ip link show eth0").contains("NO-CARRIER"));
    internet.plug("carol");
    Shell.waitFor("carrier", () -> !carol.sh("ip link show eth0").contains("NO-CARRIER"));
    internet.readdress("carol", "45.77.0.2", "2a10:77::2");
    for (String address : new String[] {"45.77.0.2", "2a10:77::2"}) {
      assertThat(Pings.from(alice, "-c 1 -W 1 " + address).received()).isEqualTo(1);
      assertThat(carol.sh("ip addr show eth0")).contains(address);
    }
    assertThat(Pings.from(alice, "-c 1 -W 1 " + village.address("carol", Family.IPV4)).received())
        .isZero();
    internet.remove("carol");
    assertThat(carol.trySh("ip link show eth0").status()).isNotZero();
  }

  @Test
  void behindANatOthersSeeItsAddressAndCannotCall() throws IOException {
    Shell.needs("curl");
    Namespace dora = village.host("dora", 4);
    internet.nat("dora", NatKind.PORT_RESTRICTED);
    new Services(bob).web(80);
    for (Family family : Family.values()) {
      String url = "http://" + family.inUrl(village.address("bob", family)) + "/hello";
      assertThat(dora.sh("curl -sS -g -m 5 " + url)).isEqualTo("hello\n");
      Pings called = Pings.from(bob, "-c 1 -W 1 " + village.address("dora", family));
      assertThat(called.received()).as("bob calls her").isZero();
      assertThat(Pings.from(dora, "-c 3 -i 0.1 -W 1 " + village.address("bob", family)).received())
          .isEqualTo(3);
    }
    String log = Files.readString(new Services(bob).webLog());
    assertThat(log).contains(village.address("dora", Family.IPV4)).doesNotContain("192.168.");
    assertThat(internet.counters("bob", "dora").drops(Verdict.NAT_NO_MAPPING)).isEqualTo(2);
  }

  @Test
  void aCaptureIsReadByTcpdump() {
    Shell.needs("tcpdump");
    Path file = village.folder().resolve("alice.pcap");
    try (EmulatedInternet.Tap _ = internet.capture("alice", file)) {
      ping(3, "-i 0.05");
    }
    String text = Shell.must("tcpdump -nr " + file);
    assertThat(text.lines().filter(line -> line.contains("ICMP echo re")).count()).isEqualTo(6);
  }

  @Test
  void aHostThatCannotBeLeavesNothing() {
    assertThatThrownBy(() -> internet.host("erin", "no-such-namespace", "45.9.0.2"))
        .hasMessageContaining("no-such-namespace");
    assertThatThrownBy(() -> internet.counters("alice", "erin"))
        .hasMessageContaining("no such host");
  }

  @Test
  void nothingIsLeftOfOneThatIsKilled() throws InterruptedException {
    Namespace frank = new Namespace("frank", village.folder(), "45.9.0.2");
    Namespace grace = new Namespace("grace", village.folder(), "45.9.0.2");
    try (frank;
        grace) {
      Path log = village.folder().resolve("killed.log");
      Process process =
          new ProcessBuilder(
                  Namespace.javaCommand(
                      UnderlayMain.class, frank.name(), "45.8.0.2", grace.name(), "45.9.0.2"))
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      try {
        Shell.waitFor("it works", () -> frank.trySh("ping -c 1 -W 1 45.9.0.2").status() == 0);
      } finally {
        process.destroyForcibly().waitFor();
      }
      for (Namespace host : new Namespace[] {frank, grace}) {
        assertThat(host.sh("ip -o link")).contains("lo").doesNotContain("eth0");
        assertThat(host.sh("ip route")).isEmpty();
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
