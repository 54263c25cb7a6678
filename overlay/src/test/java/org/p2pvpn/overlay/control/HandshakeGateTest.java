package org.p2pvpn.overlay.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.p2pvpn.overlay.control.HandshakeGate.Ruling.ADMIT;
import static org.p2pvpn.overlay.control.HandshakeGate.Ruling.ASK_FOR_COOKIE;
import static org.p2pvpn.overlay.control.HandshakeGate.Ruling.DROP;
import static org.p2pvpn.overlay.control.HandshakeGate.Ruling.WITHHOLD_COOKIE;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.p2pvpn.overlay.control.HandshakeGate.Ruling;

final class HandshakeGateTest {
  private static final long BEGAN = 77;
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final long MILLISECOND = TimeUnit.MILLISECONDS.toNanos(1);

  private final HandshakeGate gate = new HandshakeGate(0x5EED, BEGAN);

  private static InetAddress from(int... bytes) {
    byte[] address = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      address[i] = (byte) bytes[i];
    }
    try {
      return InetAddress.getByAddress(address);
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }

  /** One address of each of many networks. */
  private static InetAddress network(int number) {
    return from(11 + number / 60_000, number / 250 % 250, number % 250, 1);
  }

  private static InetAddress ipv6(int network, int host) {
    return from(0x20, 1, 0xd, 0xb8, 0, 0, network / 256, network % 256, 0, 0, 0, 0, 0, 0, 0, host);
  }

  private int admitted(InetAddress from, int tries, long now) {
    int admitted = 0;
    for (int i = 0; i < tries; i++) {
      admitted += gate.rule(from, false, true, now) == ADMIT ? 1 : 0;
    }
    return admitted;
  }

  @Test
  void admitsWithoutACookieWhileThereIsNoLoad() {
    assertThat(gate.rule(network(1), false, false, BEGAN)).isEqualTo(ADMIT);
  }

  @Test
  void onePrefixHasABurstOfFiveThenTwentyASecond() {
    assertThat(admitted(network(1), 10, BEGAN)).isEqualTo(5);
    assertThat(gate.rule(network(1), false, true, BEGAN + 49 * MILLISECOND)).isEqualTo(DROP);
    assertThat(gate.rule(network(1), false, true, BEGAN + 51 * MILLISECOND)).isEqualTo(ADMIT);
    assertThat(gate.rule(network(1), false, true, BEGAN + 52 * MILLISECOND)).isEqualTo(DROP);
    int inASecond = 0;
    for (int ms = 100; ms < 1100; ms++) {
      inASecond += gate.rule(network(1), false, true, BEGAN + ms * MILLISECOND) == ADMIT ? 1 : 0;
    }
    assertThat(inASecond).isBetween(20, 21);
  }

  @Test
  void aRestedBucketHoldsNoMoreThanItsBurst() {
    assertThat(admitted(network(1), 10, BEGAN)).isEqualTo(5);
    assertThat(admitted(network(1), 10, BEGAN + 3600 * SECOND)).isEqualTo(5);
  }

  @Test
  void aFloodOfOnePrefixTakesNothingFromAnother() {
    assertThat(admitted(network(1), 40, BEGAN)).isEqualTo(5);
    assertThat(gate.rule(network(2), false, true, BEGAN)).isEqualTo(ADMIT);
  }

  @Test
  void anIpv6PrefixIsSixtyFourBits() {
    int admitted = 0;
    for (int host = 1; host <= 30; host++) {
      admitted += gate.rule(ipv6(1, host), false, true, BEGAN) == ADMIT ? 1 : 0;
    }
    assertThat(admitted).isEqualTo(5);
    assertThat(gate.rule(ipv6(2, 1), false, true, BEGAN)).isEqualTo(ADMIT);
  }

  @Test
  void theWholeNodeHasABurstOfFortyThenTwoHundredASecond() {
    int admitted = 0;
    for (int i = 0; i < 200; i++) {
      admitted += gate.rule(network(i), false, true, BEGAN) == ADMIT ? 1 : 0;
    }
    assertThat(admitted).isEqualTo(40);
    admitted = 0;
    for (int i = 0; i < 2000; i++) {
      long now = BEGAN + (i + 1) * SECOND / 2000;
      admitted += gate.rule(network(200 + i), false, true, now) == ADMIT ? 1 : 0;
    }
    assertThat(admitted).isBetween(195, 200);
  }

  @Test
  void aCookieGetsThroughUnderLoad() {
    assertThat(gate.rule(network(1), true, false, BEGAN + SECOND / 2)).isEqualTo(ASK_FOR_COOKIE);
    assertThat(gate.rule(network(1), true, true, BEGAN + SECOND / 2)).isEqualTo(ADMIT);
  }

  @Test
  void anAddressGetsTwoCookiesASecond() {
    int cookies = 0;
    for (int i = 0; i < 250; i++) {
      Ruling ruling = gate.rule(from(99, 1, 1, 1), true, false, BEGAN);
      assertThat(ruling).isIn(ASK_FOR_COOKIE, WITHHOLD_COOKIE);
      cookies += ruling == ASK_FOR_COOKIE ? 1 : 0;
    }
    assertThat(cookies).isEqualTo(2);
    assertThat(gate.rule(from(99, 1, 1, 1), true, false, BEGAN + SECOND)).isEqualTo(ASK_FOR_COOKIE);
  }

  @Test
  void aNeighbourOfAFloodGetsItsCookie() {
    for (int i = 0; i < 20_000; i++) {
      gate.rule(from(99, 1, 1, 1), true, false, BEGAN);
    }
    assertThat(gate.rule(from(99, 1, 1, 2), true, false, BEGAN)).isEqualTo(ASK_FOR_COOKIE);
  }

  @Test
  void initiationsWithoutACookieCostNoBucketUnderLoad() {
    for (int i = 0; i < 60; i++) {
      gate.rule(network(1), true, false, BEGAN + SECOND / 2);
    }
    assertThat(admitted(network(1), 10, BEGAN + SECOND / 2)).isEqualTo(5);
  }
}
