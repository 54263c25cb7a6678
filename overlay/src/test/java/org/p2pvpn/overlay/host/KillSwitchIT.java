package org.p2pvpn.overlay.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What crosses the uplink while the kill switch is closed, counted by tcpdump on the uplink's far
 * end. Containers are a third namespace that the host forwards for.
 */
class KillSwitchIT {
  /** All at the same time: most of it waits for an answer that does not come. */
  private static final String ALL_TRAFFIC =
      """
      ping -c1 -W1 192.168.77.1 & ping -6 -c1 -W1 fd77::1 & ping -c1 -W1 203.0.113.9 &
      ping -c1 -W1 -I up0 192.168.77.1 & ping -6 -c1 -W1 -I up0 2001:db8::9 &
      dig +time=1 +tries=1 @192.168.77.1 a.example & dig +time=1 +tries=1 @fd77::1 b.example &
      dig +tcp +time=1 +tries=1 @203.0.113.9 c.example &
      curl -m1 http://192.168.77.1/ & curl -m1 "http://[fd77::1]/" & curl -m1 --interface up0 http://203.0.113.9/ &
      python3 - <<'EOF'
      import socket, struct
      raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
      for source in ("192.168.77.2", "8.8.8.8"):
          head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 28, 1, 0, 64, 17, 0, socket.inet_aton(source), socket.inet_aton("203.0.113.9"))
          try: raw.sendto(head + struct.pack("!HHHH", 28790, 53, 8, 0), ("203.0.113.9", 0))
          except OSError: pass
      for family, target in ((socket.AF_INET, "203.0.113.9"), (socket.AF_INET6, "2001:db8::9")):
          plain = socket.socket(family, socket.SOCK_DGRAM)
          plain.bind(("", 28790))
          try: plain.sendto(b"unmarked, our port", (target, 9))
          except OSError: pass
          plain.close()
          marked = socket.socket(family, socket.SOCK_DGRAM)
          marked.setsockopt(socket.SOL_SOCKET, 36, 0x70327076)
          try: marked.sendto(b"marked, other port", (target, 9))
          except OSError: pass
      EOF
      wait
      """;

  private static final String CONTAINERS_TRAFFIC =
      "ping -c1 -W1 203.0.113.9 & ping -6 -c1 -W1 2001:db8::9 & wait";

  private static final String MARKED =
      """
      python3 - <<'EOF'
      import socket
      for family, target in ((socket.AF_INET, "203.0.113.9"), (socket.AF_INET6, "2001:db8::9")):
          ours = socket.socket(family, socket.SOCK_DGRAM)
          ours.setsockopt(socket.SOL_SOCKET, 36, 0x70327076)
          ours.bind(("", 28790))
          ours.sendto(b"ours", (target, 9))
      EOF
      """;

  @TempDir Path folder;
  private Namespaces namespaces;

  @BeforeEach
  void aHostWithAContainerOnAnUplink() throws Exception {
    namespaces = new Namespaces("a", "b", "c");
    for (String label : new String[] {"a", "b", "c"}) {
      namespaces.in(label, "sysctl -q -w net.ipv6.conf.default.accept_dad=0");
    }
    namespaces.veth("a", "up0", "b", "up0");
    namespaces.veth("a", "p2pvpn0", "b", "tun0");
    namespaces.veth("a", "docker0", "c", "eth0");
    namespaces.in(
        "a",
        "ip addr add 192.168.77.2/24 dev up0; ip addr add fd77::2/64 dev up0 nodad; ip link set up0 up;"
            + "ip addr add 172.17.0.1/16 dev docker0; ip addr add fd17::1/64 dev docker0 nodad;"
            + "ip link set docker0 up; sysctl -q -w net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1;"
            + "ip route add default via 192.168.77.1; ip -6 route add default via fd77::1");
    namespaces.in(
        "b",
        "ip addr add 192.168.77.1/24 dev up0; ip addr add fd77::1/64 dev up0 nodad;"
            + "ip link set up0 up; ip link set tun0 up");
    namespaces.in(
        "c",
        "ip addr add 172.17.0.2/16 dev eth0; ip addr add fd17::2/64 dev eth0 nodad; ip link set eth0 up;"
            + "ip route add default via 172.17.0.1; ip -6 route add default via fd17::1");
  }

  @AfterEach
  void remove() throws Exception {
    namespaces.close();
  }

  @Test
  void nothingButMarkedDatagramsAndNeighbourDiscoveryCrosses() throws Exception {
    apply("kill-switch-forwards");
    String seen = captured(ALL_TRAFFIC, CONTAINERS_TRAFFIC);
    assertThat(seen).isEmpty();

    String ours = captured(MARKED, "true");
    assertThat(ours).contains("192.168.77.2.28790 > 203.0.113.9.9", "2001:db8::9.9");
  }

  @Test
  void withoutTheKillSwitchTheSameTrafficIsSeen() throws Exception {
    String seen = captured(ALL_TRAFFIC, CONTAINERS_TRAFFIC);
    assertThat(seen)
        .contains("192.168.77.2 > 203.0.113.9: ICMP", "8.8.8.8.28790 > 203.0.113.9.53")
        .contains("172.17.0.2 > 203.0.113.9: ICMP", "fd17::2 > 2001:db8::9");
  }

  @Test
  void wholeHostSendsTheHostsAndTheContainersTrafficIntoTheTunnelAndNoneBeside() throws Exception {
    apply("client");
    namespaces.in(
        "b", "timeout 8 tcpdump -U -n -i tun0 -w " + folder + "/tun.pcap >/dev/null 2>&1 &");
    String seen = captured(ALL_TRAFFIC, CONTAINERS_TRAFFIC);

    assertThat(seen).isEmpty();
    // The stand-in for the TUN is Ethernet: what goes into it begins with the question who has it.
    assertThat(namespaces.in("b", "tcpdump -n -r " + folder + "/tun.pcap 2>/dev/null"))
        .contains("who-has 203.0.113.9 tell 248.0.0.2", "who has 2001:db8::9");
  }

  @Test
  void theLanStaysReachableWhenAllowedButNeverItsResolver() throws Exception {
    apply("kill-switch-lan");
    String seen =
        captured(
            "ping -c1 -W1 192.168.77.1; dig +time=1 +tries=1 @192.168.77.1 a.example; ping -c1 -W1 203.0.113.9; true",
            "true");
    assertThat(seen)
        .contains("192.168.77.2 > 192.168.77.1: ICMP")
        .doesNotContain(".53:", "203.0.113.9");
  }

  @Test
  void anApplicationIsRefusedAtOnce() throws Exception {
    apply("kill-switch");
    long begin = System.nanoTime();
    Namespaces.Answer answer = namespaces.tryIn("a", "curl -m5 http://203.0.113.9/");
    assertThat(answer.status()).isEqualTo(7);
    assertThat(System.nanoTime() - begin).isLessThan(2_000_000_000L);
  }

  @Test
  void theLanCannotProbeTheTunnelsAddress() throws Exception {
    apply("guard", "tunnel");
    namespaces.in(
        "b",
        "ip route add 240.0.0.0/5 via 192.168.77.2; ip -6 route add fd70::/16 via fd77::2; ip addr add 240.9.9.9/5 dev up0");
    assertThat(namespaces.tryIn("b", "ping -c1 -W1 -I 192.168.77.1 240.1.2.3").status())
        .isEqualTo(1);
    assertThat(namespaces.tryIn("b", "ping -c1 -W1 fd70::123").status()).isEqualTo(1);
    assertThat(namespaces.tryIn("b", "ping -c1 -W1 192.168.77.2").status()).isZero();
    namespaces.in(
        "b",
        "ip route del 240.0.0.0/5 via 192.168.77.2; ip neigh flush dev up0; ping -c1 -W1 240.1.2.3 || true");
    assertThat(namespaces.in("b", "ip neigh show 240.1.2.3 dev up0")).doesNotContain("lladdr");
  }

  /** What left by the uplink, ARP and neighbour discovery with its multicast set apart. */
  private String captured(String host, String container) throws Exception {
    String file = folder.resolve("up.pcap").toString();
    Process capture =
        new ProcessBuilder(
                "ip",
                "netns",
                "exec",
                namespaces.name("b"),
                "tcpdump",
                "--immediate-mode",
                "-U",
                "-n",
                "-i",
                "up0",
                "-Q",
                "in",
                "-w",
                file)
            .redirectErrorStream(true)
            .start();
    try (var lines = capture.inputReader()) {
      String first = lines.readLine();
      assertThat(first).contains("listening on");
      namespaces.tryIn("a", host);
      namespaces.tryIn("c", container);
      Thread.sleep(300);
      capture.destroy();
      capture.waitFor();
    }
    return namespaces.in(
        "b",
        "tcpdump -n -r "
            + file
            + " \"not arp and not (icmp6 and ip6[40] >= 133 and ip6[40] <= 136)\" 2>/dev/null");
  }

  private void apply(String... plans) throws Exception {
    String[] words = new String[plans.length + 2];
    words[0] = "apply";
    words[1] = folder.resolve("state").toString();
    System.arraycopy(plans, 0, words, 2, plans.length);
    Namespaces.Answer answer = namespaces.javaEnd("a", HostMain.class, words);
    assertThat(answer.status()).as(answer.text()).isZero();
  }
}
