package org.p2pvpn.overlay.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Client, exit, internet. A veth stands for the TUN, and every destination really exists behind the
 * exit: what does not answer was denied, and not just absent.
 */
class ExitIT {
  private static final String[] DENIED_IPV4 = {
    "10.1.1.1",
    "100.64.1.1",
    "169.254.169.254",
    "172.16.1.1",
    "192.0.0.9",
    "192.168.5.1",
    "198.18.1.1",
    "9.9.1.7",
    "9.9.3.7"
  };
  private static final String[] DENIED_IPV6 = {
    "64:ff9b::909:202", "64:ff9b:1::1", "2001::7", "2002:909:202::1", "fd00::7", "2a00:1::7"
  };

  @TempDir Path folder;
  private Namespaces namespaces;

  @BeforeEach
  void aClientAnExitAndTheInternet() throws Exception {
    namespaces = new Namespaces("c", "x", "i");
    for (String label : new String[] {"c", "x", "i"}) {
      namespaces.in(label, "sysctl -q -w net.ipv6.conf.default.accept_dad=0");
    }
    namespaces.veth("x", "p2pvpn0", "c", "tun0");
    // No ARP and one MAC at both ends: like a TUN, it has no neighbours to discover.
    namespaces.in("x", "ip link set p2pvpn0 address 02:00:00:00:00:01 arp off");
    namespaces.in("c", "ip link set tun0 address 02:00:00:00:00:01 arp off");
    namespaces.veth("x", "up0", "i", "up0");
    namespaces.in(
        "c",
        "ip link set tun0 up; ip addr add 248.0.0.2/16 dev tun0; ip addr add 248.0.0.3/16 dev tun0; ip addr add 240.7.7.7/5 dev tun0;"
            + "ip addr add fd71:1::2/64 dev tun0 nodad; ip addr add fd70::7/16 dev tun0 nodad;"
            + "ip route add default dev tun0 via 248.0.0.1 onlink src 248.0.0.2; ip -6 route add default via fd71:1::1");
    namespaces.in(
        "x",
        "ip link set p2pvpn0 up; ip addr add 240.1.2.3/5 dev p2pvpn0; ip addr add 248.0.0.1/32 dev p2pvpn0;"
            + "ip addr add fd70::123/16 dev p2pvpn0 nodad; ip addr add fd71:1::1/128 dev p2pvpn0 nodad;"
            + "ip link set up0 up; ip addr add 9.9.1.1/24 dev up0; ip addr add 192.168.5.2/24 dev up0; ip addr add 2a00:1::1/64 dev up0 nodad;"
            + "ip route add default via 9.9.1.2; ip -6 route add default via 2a00:1::2");
    StringBuilder internet =
        new StringBuilder(
            "ip link set up0 up; ip addr add 9.9.1.2/24 dev up0; ip addr add 2a00:1::2/64 dev up0 nodad;"
                + "ip addr add 192.168.5.53/24 dev up0; ip addr add 9.9.2.2/32 dev lo; ip addr add 2a00:2::2/128 dev lo;");
    for (String address : DENIED_IPV4) {
      internet.append("ip addr add ").append(address).append("/32 dev lo;");
    }
    for (String address : DENIED_IPV6) {
      internet.append("ip addr add ").append(address).append("/128 dev lo;");
    }
    namespaces.in("i", internet.toString());
    namespaces.in("i", "echo who > " + folder + "/index.html; true");
  }

  @AfterEach
  void remove() throws Exception {
    namespaces.close();
  }

  @Test
  void theInternetIsReachedUnderTheExitsAddressAndNothingElseIs() throws Exception {
    apply();
    assertReaches(true, "9.9.2.2", "2a00:2::2");
    assertReaches(false, DENIED_IPV4);
    assertReaches(false, DENIED_IPV6);
    assertThat(namespaces.in("i", "ip neigh; ip -6 neigh")).doesNotContain("248.0.0.2");
  }

  @Test
  void withoutThePolicyTheSameDestinationsAnswer() throws Exception {
    namespaces.in(
        "x",
        "sysctl -q -w net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1; ip route add 248.0.0.0/16 dev p2pvpn0; ip -6 route add fd71:1::/64 dev p2pvpn0");
    namespaces.in(
        "i", "ip route add 248.0.0.0/16 via 9.9.1.1; ip -6 route add fd71:1::/64 via 2a00:1::1");
    assertReaches(true, "9.9.2.2", "2a00:2::2");
    assertReaches(true, "10.1.1.1", "169.254.169.254", "9.9.3.7", "2002:909:202::1", "fd00::7");
  }

  @Test
  void theExitItselfIsClosedToClientsAndOpenToPeers() throws Exception {
    apply();
    assertReaches(false, "9.9.1.1", "192.168.5.2", "2a00:1::1", "248.0.0.1", "240.1.2.3");
    assertThat(ping("-I 240.7.7.7 240.1.2.3")).isTrue();
    assertThat(ping("-6 -I fd70::7 fd70::123")).isTrue();
  }

  @Test
  void deniedPortsAreRefusedAndOthersPass() throws Exception {
    apply();
    for (int port : new int[] {25, 445, 6667, 8080}) {
      namespaces.in(
          "i",
          "timeout 20 python3 -m http.server -d " + folder + " " + port + " >/dev/null 2>&1 &");
    }
    Thread.sleep(1000);
    assertThat(namespaces.in("c", "curl -s -m2 http://9.9.2.2:8080/")).contains("who");
    for (int port : new int[] {25, 445, 6667}) {
      assertThat(
              namespaces
                  .tryIn("c", "curl -s -m2 telnet://9.9.2.2:" + port + " </dev/null")
                  .status())
          .as("port " + port)
          .isEqualTo(7);
    }
  }

  @Test
  void aQuestionToTheGatewayReachesTheResolverOnTheLanAndNothingElseThere() throws Exception {
    apply();
    namespaces.in(
        "i",
        "timeout 6 tcpdump --immediate-mode -U -n -i up0 -w "
            + folder
            + "/d.pcap >/dev/null 2>&1 &");
    Thread.sleep(700);
    namespaces.tryIn(
        "c",
        "dig +time=1 +tries=1 @248.0.0.1 gateway.example; dig +time=1 +tries=1 @192.168.5.53 direct.example");
    String seen = namespaces.in("i", "tcpdump -n -r " + folder + "/d.pcap 2>/dev/null");
    assertThat(seen)
        .contains("192.168.5.53.53: ", "gateway.example")
        .doesNotContain("direct.example");
  }

  @Test
  void strangersSourcesAndUnaskedPacketsAreDropped() throws Exception {
    apply();
    assertThat(ping("-I 240.7.7.7 9.9.2.2")).isFalse();
    namespaces.in(
        "i", "ip route add 248.0.0.0/16 via 9.9.1.1; ip -6 route add fd71:1::/64 via 2a00:1::1");
    assertThat(namespaces.tryIn("i", "ping -c1 -W1 248.0.0.2").status()).isEqualTo(1);
    assertThat(namespaces.tryIn("i", "ping -c1 -W1 fd71:1::2").status()).isEqualTo(1);
  }

  @Test
  void undoLeavesTheExitAsItWas() throws Exception {
    String show =
        "ip -4 route show table all; ip -6 route show table all; nft list ruleset; sysctl -a -r \"^net\" 2>/dev/null | grep -v -E \"nf_conntrack_count|dst_entries\"";
    namespaces.in(
        "x", "sysctl -q -w net.ipv6.conf.lo.forwarding=1 net.ipv4.conf.all.accept_redirects=0");
    String before = namespaces.in("x", show);
    apply();
    assertThat(namespaces.in("x", "sysctl -n net.ipv6.conf.up0.accept_ra").strip()).isEqualTo("2");
    Namespaces.Answer answer =
        namespaces.javaEnd("x", HostMain.class, "undo", folder.resolve("state").toString());
    assertThat(answer.text()).isEmpty();
    assertThat(namespaces.in("x", show).lines()).containsExactlyElementsOf(before.lines().toList());
  }

  private void apply() throws Exception {
    Namespaces.Answer answer =
        namespaces.javaEnd(
            "x", HostMain.class, "apply", folder.resolve("state").toString(), "exit");
    assertThat(answer.status()).as(answer.text()).isZero();
  }

  /** All at the same time: for an answer that does not come ping waits a second. */
  private void assertReaches(boolean expected, String... addresses) throws Exception {
    StringBuilder pings = new StringBuilder();
    for (String address : addresses) {
      String source = address.contains(":") ? "-6 -I fd71:1::2 " : "-I 248.0.0.2 ";
      pings.append(
          "(ping -c1 -W1 %s%s >/dev/null 2>&1 && echo %2$s) &\n".formatted(source, address));
    }
    assertThat(namespaces.in("c", pings + "wait").lines())
        .as("who answers")
        .containsExactlyInAnyOrder(expected ? addresses : new String[0]);
  }

  private boolean ping(String words) throws Exception {
    return namespaces.tryIn("c", "ping -c1 -W1 " + words).status() == 0;
  }
}
