package org.p2pvpn.overlay.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class InitiationSieveTest {
  private static final long BEGAN = 77;
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final InitiationSieve sieve = new InitiationSieve(new Random(1), BEGAN);

  /** One address of each of many networks. */
  private static InetAddress network(int number) {
    try {
      byte[] address = {11, (byte) (number >> 16), (byte) (number >> 8), (byte) number};
      return InetAddress.getByAddress(address);
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }

  private void load(long now) {
    for (int i = 0; !sieve.isLoaded(now); i++) {
      assertThat(i).isLessThan(100);
      sieve.passes(false, network(100_000 + i), now);
    }
  }

  private int passed(int tries, boolean bearsCookie, InetAddress from, long now) {
    int passed = 0;
    for (int i = 0; i < tries; i++) {
      passed += sieve.passes(bearsCookie, from, now) ? 1 : 0;
    }
    return passed;
  }

  @Test
  void passesEverythingUntilFiftyCameInASecond() {
    for (int i = 0; i < 50; i++) {
      assertThat(sieve.passes(false, network(1), BEGAN)).isTrue();
      assertThat(sieve.isLoaded(BEGAN)).isFalse();
    }
    sieve.passes(false, network(1), BEGAN);
    assertThat(sieve.isLoaded(BEGAN)).isTrue();
  }

  @Test
  void underLoadAPrefixMayAskForTwoCookiesASecond() {
    load(BEGAN);
    assertThat(passed(1000, false, network(1), BEGAN)).isEqualTo(2);
    assertThat(passed(1000, false, network(2), BEGAN)).isEqualTo(2);
    load(BEGAN + SECOND);
    assertThat(passed(1000, false, network(1), BEGAN + SECOND)).isEqualTo(2);
  }

  @Test
  void whoHasACookieIsNotHeldUpByThoseWithoutOne() {
    load(BEGAN);
    passed(1000, false, network(1), BEGAN);
    assertThat(passed(1000, true, network(1), BEGAN)).isEqualTo(25);
  }

  @Test
  void anHonestAddressIsHeardAmongTwentyThousandOthers() {
    load(BEGAN);
    for (int i = 0; i < 20_000; i++) {
      sieve.passes(false, network(i), BEGAN);
    }
    int heard = 0;
    for (int i = 0; i < 1000; i++) {
      heard += sieve.passes(false, network(200_000 + i), BEGAN) ? 1 : 0;
    }
    // A cell of 65,536 has two or more of the flood with a probability of 0.04.
    assertThat(heard).isGreaterThan(930);
  }

  @Test
  void loadIsForgottenAfterAQuietSecond() {
    load(BEGAN);
    sieve.passes(false, network(1), BEGAN + SECOND);
    assertThat(sieve.isLoaded(BEGAN + SECOND)).isTrue();
    sieve.passes(false, network(2), BEGAN + 2 * SECOND);
    assertThat(sieve.isLoaded(BEGAN + 2 * SECOND)).isFalse();
  }

  @Test
  void loadIsForgottenWhenNothingCameForLong() {
    load(BEGAN);
    assertThat(sieve.isLoaded(BEGAN + 60 * SECOND)).isFalse();
    assertThat(passed(40, false, network(1), BEGAN + 60 * SECOND)).isEqualTo(40);
  }
}
