package org.p2pvpn.overlay.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.p2pvpn.overlay.session.Session;

/** Ways of all kinds, ten milliseconds at a time. */
final class PathMtuTest {
  private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final long PATIENCE = 200 * MILLI;
  private static final int HEADERS = 28;

  /** On a link of 1500 with one hop. */
  private static final int FULL = 1440;

  private static final int LOSSY_WAYS = 100;

  private final ArrayDeque<Answer> answers = new ArrayDeque<>();
  private final List<Integer> probes = new ArrayList<>();
  private PathMtu mtu = new PathMtu(TestPeers.endpoint(1), FULL, new Random(7));
  private Random chance = new Random(7);
  private long now = -3 * SECOND;
  private boolean busy = true;
  private boolean expected;
  private long sentBytes;

  // The way.
  private int fits = 65_535;
  private int ownLinkTakes = 65_535;
  private double loss;
  private long roundTripNanos = 50 * MILLI;

  private record Answer(long id, long atNanos) {}

  private void pass(long nanos) {
    for (long end = now + nanos; now < end; ) {
      now += 10 * MILLI;
      sentBytes += busy ? 15_000 : 0;
      while (!answers.isEmpty() && answers.peek().atNanos() <= now) {
        mtu.onAnswer(answers.remove().id(), now);
      }
      PathMtu.Probe probe = mtu.next(sentBytes, expected, PATIENCE, now);
      if (probe != null) {
        send(probe);
      }
    }
  }

  private void send(PathMtu.Probe probe) {
    int bytes = probe.datagramBytes();
    probes.add(bytes);
    if (bytes > ownLinkTakes) {
      mtu.onRefused(probe.id(), now);
    } else if (bytes <= fits && chance.nextDouble() >= loss && chance.nextDouble() >= loss) {
      answers.add(new Answer(probe.id(), now + roundTripNanos));
    }
  }

  private void narrow(int linkBytes) {
    fits = linkBytes - HEADERS;
  }

  @Test
  void aWideWayIsAskedOnce() {
    pass(50 * SECOND);
    assertThat(probes).containsExactly(FULL);
    assertThat(mtu.mtuBytes()).isEqualTo(FULL + HEADERS);
    assertThat(mtu.datagramBytesMax()).isEqualTo(Session.ANY_SIZE);
  }

  @Test
  void anIdleWayIsNotAsked() {
    busy = false;
    pass(3600 * SECOND);
    assertThat(probes).isEmpty();
    assertThat(mtu.waitNanos(now)).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void aWayThatFellIdleIsAskedOnceMore() {
    pass(SECOND);
    busy = false;
    pass(3600 * SECOND);
    assertThat(probes).containsExactly(FULL, FULL);
  }

  @Test
  void whereTrafficIsExpectedTheFirstLookDoesNotWaitForIt() {
    busy = false;
    expected = true;
    pass(3600 * SECOND);
    assertThat(probes).containsExactly(FULL);
  }

  @ParameterizedTest
  @CsvSource({"1280,1280", "1299,1280", "1300,1300", "1399,1380", "1400,1400", "1464,1460"})
  void aNarrowWayIsFound(int link, int found) {
    narrow(link);
    pass(5 * SECOND);
    assertThat(mtu.mtuBytes()).isEqualTo(found);
    assertThat(mtu.datagramBytesMax()).isEqualTo(found - HEADERS);
  }

  /** PPPoE: a full packet is 1468. */
  @Test
  void aLinkThatOnlyLooksNarrowIsNot() {
    narrow(1492);
    pass(5 * SECOND);
    assertThat(probes).containsExactly(FULL);
    assertThat(mtu.datagramBytesMax()).isEqualTo(Session.ANY_SIZE);
  }

  @Test
  void overIpv6TheHeaderIsLonger() {
    mtu = new PathMtu(new InetSocketAddress("2001:db8::1", 5), FULL, new Random(7));
    fits = 1400 - 48;
    pass(5 * SECOND);
    assertThat(mtu.mtuBytes()).isEqualTo(1400);
    assertThat(mtu.datagramBytesMax()).isEqualTo(1352);
  }

  @Test
  void lossIsNotTakenForANarrowWay() {
    int searched = 0;
    for (int seed = 0; seed < LOSSY_WAYS; seed++) {
      mtu = new PathMtu(TestPeers.endpoint(1), FULL, new Random(seed));
      chance = new Random(seed);
      loss = 0.1;
      answers.clear();
      probes.clear();
      pass(300 * SECOND);
      assertThat(mtu.mtuBytes()).as("seed " + seed).isEqualTo(FULL + HEADERS);
      searched += probes.contains(1280 - HEADERS) ? 1 : 0;
    }
    assertThat(searched).as("ways where three were lost in a row").isPositive();
  }

  @Test
  void aNarrowWayIsFoundThroughLoss() {
    loss = 0.1;
    for (int seed = 0; seed < LOSSY_WAYS; seed++) {
      mtu = new PathMtu(TestPeers.endpoint(1), FULL, new Random(seed));
      chance = new Random(seed);
      answers.clear();
      narrow(1400);
      pass(300 * SECOND);
      assertThat(mtu.mtuBytes()).as("seed " + seed).isBetween(1280, 1400);
    }
  }

  @Test
  void aDeadWaySaysNothingOfItsWidth() {
    fits = 0;
    pass(300 * SECOND);
    assertThat(mtu.mtuBytes()).isZero();
    assertThat(mtu.datagramBytesMax()).isEqualTo(Session.ANY_SIZE);
    assertThat(probes).as("three of two sizes, once a minute").hasSizeLessThanOrEqualTo(30);
  }

  @Test
  void aWayThatDiesKeepsWhatWasFound() {
    narrow(1400);
    pass(5 * SECOND);
    fits = 0;
    pass(300 * SECOND);
    assertThat(mtu.mtuBytes()).isEqualTo(1400);
  }

  @Test
  void aWayThatBecomesNarrowerIsNoticed() {
    pass(10 * SECOND);
    narrow(1400);
    pass(PathMtu.CONFIRM_NANOS + 5 * SECOND);
    assertThat(mtu.mtuBytes()).isEqualTo(1400);
    narrow(1300);
    pass(PathMtu.CONFIRM_NANOS + 5 * SECOND);
    assertThat(mtu.mtuBytes()).isEqualTo(1300);
  }

  @Test
  void aWayThatBecomesWiderIsFoundByTheTimer() {
    narrow(1400);
    pass(5 * SECOND);
    fits = 65_535;
    pass(PathMtu.RAISE_NANOS - 10 * SECOND);
    assertThat(mtu.mtuBytes()).isEqualTo(1400);
    pass(PathMtu.CONFIRM_NANOS + 15 * SECOND);
    assertThat(mtu.datagramBytesMax()).isEqualTo(Session.ANY_SIZE);
  }

  @Test
  void whatOurOwnLinkRefusesIsNotAskedTwice() {
    ownLinkTakes = 1400 - HEADERS;
    pass(SECOND);
    assertThat(mtu.mtuBytes()).isEqualTo(1400);
    assertThat(probes).doesNotHaveDuplicates().contains(FULL);
  }

  @Test
  void anAnswerThatCameLateCounts() {
    roundTripNanos = 4 * PATIENCE;
    pass(5 * SECOND);
    assertThat(mtu.mtuBytes()).isEqualTo(FULL + HEADERS);
  }

  @Test
  void whatWasNotAskedIsNoAnswer() {
    mtu.next(10_000, false, PATIENCE, now);
    assertThat(mtu.onAnswer(0, now)).isFalse();
    mtu.onRefused(0, now);
    assertThat(mtu.mtuBytes()).isZero();
  }
}
