package org.p2pvpn.overlay.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Apply and undo against the real kernel; the whole network state is compared as text. */
class HostIT {
  /** Counters are the kernel's business; expiry times and random ids are no state of ours. */
  private static final String SNAPSHOT =
      """
      ip -d link; ip -d addr; ip -4 route show table all; ip -6 route show table all
      ip -4 rule; ip -6 rule; nft list ruleset; sysctl -a -r "^net" 2>/dev/null | grep -v -E "nf_conntrack_count|dst_entries"
      stat -c "%a %u %g %F %y" /etc/resolv.conf; cat /etc/resolv.conf
      """;

  private static final int KILLS = 50;

  @TempDir Path folder;
  private Namespaces namespaces;

  @BeforeEach
  void aHostWithAnUplinkAndATunnel() throws Exception {
    namespaces = new Namespaces("a", "b");
    namespaces.in("a", "sysctl -q -w net.ipv6.conf.default.accept_dad=0");
    namespaces.veth("a", "up0", "b", "up0");
    namespaces.veth("a", "p2pvpn0", "b", "tun0");
    namespaces.in("a", "ip addr add 192.168.77.2/24 dev up0; ip addr add fd77::2/64 dev up0 nodad");
    namespaces.in("b", "ip link set up0 up; ip link set tun0 up");
    namespaces.in("a", "ip link set up0 up; ip route add default via 192.168.77.1");
    // Up once: a link that never was shows another qdisc, and no undo brings that back.
    namespaces.in("a", "ip link set p2pvpn0 up; ip link set p2pvpn0 down");
    namespaces.in("a", "ip -6 route add default via fd77::1; sleep 1");
    // The kernel settles a link's state aside, and on a busy machine later than in a second.
    settled("up0", "UP");
    settled("p2pvpn0", "DOWN");
  }

  private void settled(String link, String state) throws Exception {
    namespaces.in(
        "a",
        "for i in $(seq 100); do ip link show %s | grep -q 'state %s' && exit; sleep 0.1; done; exit 1"
            .formatted(link, state));
  }

  @AfterEach
  void remove() throws Exception {
    namespaces.close();
  }

  @Test
  void applyAndUndoLeaveTheHostAsItWas() throws Exception {
    String before = snapshot();
    must("apply", "client");
    String during = snapshot();
    must("undo");

    assertThat(during).contains("248.0.0.2", "chain output", "nameserver 248.0.0.1");
    assertUnchanged(before, "");
    assertThat(state().resolve("host-journal.jsonl")).doesNotExist();
  }

  @Test
  void killedAtAnyMomentTheJournalPutsTheHostBack() throws Exception {
    String before = snapshot();
    long seed = System.nanoTime();
    Random random = new Random(seed);
    int found = 0;
    for (int kill = 0; kill < KILLS; kill++) {
      Process process =
          namespaces.java("a", HostMain.class, "apply-undo", state().toString()).start();
      // A start takes about 150 ms, the work 50: most kills should hit the work.
      process.waitFor(100 + random.nextInt(250), TimeUnit.MILLISECONDS);
      process.destroyForcibly().waitFor();
      found += Files.exists(state().resolve("host-journal.jsonl")) ? 1 : 0;
      must("undo");
      assertUnchanged(before, "kill %d of seed %d".formatted(kill, seed));
    }
    assertThat(found).as("kills that hit the work, seed %d", seed).isPositive();
  }

  @Test
  void theKillSwitchCanStayAfterTheRestIsUndone() throws Exception {
    must("apply", "client");
    must("undo-but-kill-switch");

    assertThat(namespaces.in("a", "nft list tables").strip()).isEqualTo("table inet p2pvpn");
    must("undo");
    assertThat(namespaces.in("a", "nft list tables")).isBlank();
  }

  @Test
  void aFailingPlanIsUndoneAndLeavesWhatOthersMade() throws Exception {
    must("apply", "tunnel");
    namespaces.in("a", "ip route add 203.0.113.0/24 dev p2pvpn0 proto 112");
    String before = snapshot();
    Namespaces.Answer answer =
        namespaces.javaEnd("a", HostMain.class, "apply", state().toString(), "conflict");

    assertThat(answer.status()).isNotZero();
    assertThat(answer.text()).contains("ip route add 203.0.113.0/24", "File exists");
    assertUnchanged(before, "");
    must("undo");
  }

  @Test
  void refusesAJournalOfAnotherNamespaceThatIsAlive() throws Exception {
    must("apply", "tunnel");
    Namespaces.Answer answer = namespaces.javaEnd("b", HostMain.class, "undo", state().toString());

    assertThat(answer.status()).isNotZero();
    assertThat(answer.text()).contains("made in network namespace net:[");
    must("undo");
  }

  @Test
  void goesOnInRunWhenTheStateFolderCannotBeWritten() throws Exception {
    Files.writeString(state(), "a file where the folder should be");
    String before = snapshot();
    Namespaces.Answer applied =
        namespaces.javaEnd("a", HostMain.class, "apply", state().toString(), "client");

    assertThat(applied.text()).containsOnlyOnce("cannot be written").contains("applied");
    must("undo");
    assertUnchanged(before, "");
  }

  private void must(String... arguments) throws Exception {
    List<String> words = new ArrayList<>(List.of(arguments));
    words.add(1, state().toString());
    Namespaces.Answer answer =
        namespaces.javaEnd("a", HostMain.class, words.toArray(String[]::new));
    assertThat(answer.status()).as(answer.text()).isZero();
    if (!arguments[0].equals("apply")) {
      assertThat(answer.text()).isEmpty();
    }
  }

  /** Says which lines differ: the whole state is 1,200. */
  private void assertUnchanged(String before, String when) throws Exception {
    List<String> then = before.lines().toList();
    List<String> now = snapshot().lines().toList();
    assertThat(now.stream().filter(line -> !then.contains(line))).as("new " + when).isEmpty();
    assertThat(then.stream().filter(line -> !now.contains(line))).as("gone " + when).isEmpty();
    assertThat(now).as(when).isEqualTo(then);
  }

  private Path state() {
    return folder.resolve("state");
  }

  private String snapshot() throws Exception {
    return namespaces.in("a", SNAPSHOT);
  }
}
