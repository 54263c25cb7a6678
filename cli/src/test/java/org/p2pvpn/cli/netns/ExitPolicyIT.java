package org.p2pvpn.cli.netns;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/**
 * A host called lan stands behind the exit and answers to every address that must not be reached,
 * the odd ones too; web servers listen there and on the exit itself.
 */
@DisplayName("from behind the exit")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ExitPolicyIT {
  private static final String LAN_COUNTER =
      """
      table inet p2it_lan {
        counter arrived { }
        chain arrivals {
          type filter hook prerouting priority -450; policy accept;
          iifname "lo" return
          icmpv6 type { nd-router-solicit, nd-neighbor-solicit, nd-neighbor-advert, mld2-listener-report } return
          ip protocol igmp return comment "it listens for beacons"
          udp sport 28790 udp dport 28791 return comment "the exit's own beacons"
          counter name "arrived"
        }
      }
      """;

  /** In the exit's LAN and beyond: each is an address of the host lan, and routed there. */
  private static final String[] LAN_ADDRESSES = {
    "10.9.0.2",
    "192.168.77.2",
    "172.16.5.2",
    "100.64.9.2",
    "169.254.169.254",
    "198.18.0.9",
    "203.0.9.2",
    "fd00:9::2",
    "2a01:9::2",
    "64:ff9b::a09:2",
    "64:ff9b:1::a09:2",
    "2002:a09:2::1",
    "2001:0:a09:2::1",
    "2001:db8::9",
    "fec0::9",
    "100::9"
  };

  private final Topology net = Topology.open();
  private Namespace lan = net.site();
  private List<String> bobsLeases = List.of();

  @BeforeAll
  void open() {
    try {
      Shell.needs("curl", "bash");
      buildLan();
      new Services(net.site()).web(80);
      new Services(net.exit()).web(80);
      Daemon exit = net.startExit();
      String invite = Topology.invite(exit);
      new Daemon(net.alice(), "up", "--exit", "exit", invite).awaitUp();
      Daemon bob = new Daemon(net.bob(), "up", "--exit", "exit", invite).awaitUp();
      bobsLeases =
          bob.status().path("leaseAddresses").valueStream().map(JsonNode::asString).toList();
      assertThat(bobsLeases).hasSize(2);
      new Services(net.bob()).web(80);
    } catch (RuntimeException | AssertionError e) {
      net.close();
      throw e;
    }
  }

  private void buildLan() {
    lan = net.addBehind(net.exit(), "lan", "203.0.9", "2a01:9");
    for (String address : LAN_ADDRESSES) {
      boolean ipv6 = address.contains(":");
      if (!address.equals("203.0.9.2") && !address.equals("2a01:9::2")) {
        lan.ip("addr add " + address + (ipv6 ? "/128 nodad" : "/32") + " dev eth0");
        net.exit().ip("route add " + address + " dev lan");
      }
    }
    lan.sh("nft -f - <<'END'\n" + LAN_COUNTER + "END");
    new Services(lan).web(80);
    for (String address : LAN_ADDRESSES) {
      net.exit().sh("curl -sS -g -m 5 http://" + inUrl(address) + "/hello");
    }
    lan.sh("nft reset counters table inet p2it_lan");
  }

  @AfterAll
  void close() {
    net.close();
  }

  private static String inUrl(String address) {
    return address.contains(":") ? "[" + address + "]" : address;
  }

  private Shell.Answer alice(String command) {
    return net.alice().run(Map.of(), Duration.ofSeconds(20), "bash", "-c", command);
  }

  /** Web, ping and UDP to each, all at once; prints what was reached. */
  private void mustNotReach(String... addresses) {
    StringBuilder script = new StringBuilder();
    for (String address : addresses) {
      script.append(
          "(curl -sS -g -m 2 http://%s/hello && echo curl %s) 2>/dev/null &\n"
              .formatted(inUrl(address), address));
      script.append(
          "(ping -c 1 -W 2 %1$s >/dev/null 2>&1 && echo ping %1$s) &\n".formatted(address));
      script.append("(echo x > /dev/udp/%s/9999) 2>/dev/null &\n".formatted(address));
    }
    assertThat(alice(script + "wait").text()).as("reached").isEmpty();
  }

  @Test
  void theInternetIsReached() {
    for (String address : new String[] {Topology.SITE4, Topology.SITE6}) {
      assertThat(alice("curl -sS -g -m 5 http://" + inUrl(address) + "/hello").text())
          .isEqualTo("hello\n");
    }
  }

  @Test
  void nothingOfTheExitsLanIsReachedNorOfTheReservedRanges() {
    mustNotReach(LAN_ADDRESSES);
    mustHaveArrivedNothing("any of them");
  }

  /** A program that is refused must not wait for a time-out. */
  @Test
  void aRefusalIsToldAtOnce() {
    for (String address : new String[] {"10.9.0.2", "2a01:9::2"}) {
      int timedOut = 28;
      assertThat(alice("curl -sS -g -m 5 http://" + inUrl(address) + "/hello").status())
          .as("curl " + address)
          .isNotZero()
          .isNotEqualTo(timedOut);
    }
  }

  @Test
  void noDisguiseOfAnIpv4AddressIsReached() {
    for (String address :
        new String[] {"::ffff:10.9.0.2", "::ffff:169.254.169.254", "::10.9.0.2"}) {
      mustNotReach(address);
      mustHaveArrivedNothing(address);
    }
  }

  /** A client that sends what its own kernel would not: the mapped form on the wire. */
  @Test
  void theMappedFormOnTheWireIsNotReached() {
    net.exit().ip("route add ::ffff:a09:2/128 dev lan");
    Shell.needs("python3");
    net.alice()
        .sh(
            """
            /usr/bin/python3 - <<'END'
            import socket, struct
            s = socket.socket(socket.AF_INET6, socket.SOCK_RAW, 255)
            lease = [l for l in open('/proc/net/if_inet6') if l.startswith('fd71')][0].split()[0]
            target = b'\\0' * 10 + b'\\xff\\xff' + bytes([10, 9, 0, 2])
            packet = struct.pack('!IHBB', 6 << 28, 8, 17, 64) + bytes.fromhex(lease) + target
            packet += struct.pack('!HHHH', 9999, 9999, 8, 1)
            t = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM)
            t.bind(('p2p0', 0x86dd))
            [t.send(packet) for _ in range(20)]
            END""");
    alice("ping -c 1 -W 2 203.0.3.2");
    mustHaveArrivedNothing("::ffff:10.9.0.2 on the wire");
  }

  @Test
  void noServiceOfTheExitItselfIsReached() {
    String gateway6 =
        bobsLeases.stream()
            .filter(lease -> lease.contains(":"))
            .map(lease -> lease.substring(0, lease.lastIndexOf(':') + 1) + "1")
            .findFirst()
            .orElseThrow();
    String before = net.exit().sh("cat " + new Services(net.exit()).webLog());
    StringBuilder script = new StringBuilder();
    for (String address :
        new String[] {
          Topology.EXIT4, Topology.EXIT6, "203.0.9.1", "2a01:9::1", "248.0.0.1", gateway6
        }) {
      script.append(
          "(curl -sS -g -m 2 http://%s/hello && echo %s) 2>/dev/null &\n"
              .formatted(inUrl(address), address));
    }
    assertThat(alice(script + "wait").text()).as("reached").isEmpty();
    assertThat(net.exit().sh("cat " + new Services(net.exit()).webLog())).isEqualTo(before);
  }

  @Test
  void noOtherClientIsReachedByItsLease() {
    for (String address : bobsLeases) {
      assertThat(net.bob().sh("curl -sS -g -m 2 http://" + inUrl(address) + "/hello"))
          .isEqualTo("hello\n");
      assertThat(alice("curl -sS -g -m 1 http://" + inUrl(address) + "/hello").status())
          .as("curl " + address)
          .isNotZero();
      assertThat(alice("ping -c 1 -W 1 " + address).status()).as("ping " + address).isNotZero();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {25, 135, 139, 445})
  void portsOfMailAndWindowsAreClosed(int port) {
    if (!net.site().listens("tcp", port)) {
      new Services(net.site()).web(port);
    }
    assertThat(net.exit().sh("curl -sS -m 5 http://203.0.3.2:%d/hello".formatted(port)))
        .isEqualTo("hello\n");
    for (String address : new String[] {Topology.SITE4, Topology.SITE6}) {
      assertThat(
              alice("curl -sS -g -m 1 http://%s:%d/hello".formatted(inUrl(address), port)).status())
          .isNotZero();
    }
  }

  /** The other direction: whoever is beside the exit finds no way to its clients. */
  @Test
  void noClientIsReachedFromTheExitsLan() {
    for (String address : bobsLeases) {
      String url = "http://" + inUrl(address) + "/hello";
      assertThat(lan.trySh("curl -sS -g -m 1 " + url).status()).as(url).isNotZero();
    }
  }

  private void mustHaveArrivedNothing(String what) {
    assertThat(lan.sh("nft list counter inet p2it_lan arrived"))
        .as("packets to " + what + " arrived in the exit's LAN")
        .contains("packets 0 ");
  }
}
