package org.p2pvpn.overlay.discovery.advert;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class OwnAdvertTest {
  private static final Claims RELAY = Sample.relay("20.0.0.1");
  private static final long NOW = Sample.NOW;

  private final OwnAdvert own = new OwnAdvert(Sample.signer(1), -1);

  private static Claims loaded(int percent) {
    return new Claims(
        RELAY.endpoints(),
        RELAY.roles(),
        RELAY.place(),
        new Capacity(0, 0, percent),
        RELAY.protocols(),
        null,
        null,
        "",
        0);
  }

  private static long sequence(@Nullable SignedAdvert signed) {
    byte[] bytes = Objects.requireNonNull(signed).toBytes();
    return Objects.requireNonNull(AdvertCheck.read(bytes)).sequence();
  }

  @Test
  void isRenewedLongBeforeItRunsOut() {
    assertThat(own.renew(RELAY, NOW)).isNotNull().isEqualTo(own.current(NOW));
    assertThat(own.renew(RELAY, NOW + OwnAdvert.RENEW_SECONDS - 1)).isNull();
    assertThat(own.renew(RELAY, NOW + OwnAdvert.RENEW_SECONDS)).isNotNull();
    assertThat(own.current(NOW + OwnAdvert.RENEW_SECONDS + 899)).isNotNull();
    assertThat(own.current(NOW + OwnAdvert.RENEW_SECONDS + 900)).isNull();
  }

  @Test
  void newsGoOutAtOnceButNotInARush() {
    own.renew(RELAY, NOW);
    Claims moved = Sample.relay("20.0.0.2");
    assertThat(own.renew(moved, NOW + 1)).isNull();
    assertThat(own.renew(moved, NOW + OwnAdvert.PAUSE_SECONDS)).isNotNull();
  }

  @Test
  void aLittleMoreLoadIsNoNewsAndAFullNodeIs() {
    own.renew(loaded(80), NOW);
    assertThat(own.renew(loaded(89), NOW + 20)).isNull();
    assertThat(own.renew(loaded(90), NOW + 20)).isNotNull();
    assertThat(own.renew(loaded(91), NOW + 40)).isNull();
    assertThat(own.renew(loaded(50), NOW + 40)).isNotNull();
  }

  @Test
  void itsSequenceOnlyRisesWhateverTheClockDoes() {
    long first = sequence(own.renew(RELAY, NOW));
    long second = sequence(own.renew(RELAY, NOW - 86_400));
    assertThat(second).isGreaterThan(first);
    OwnAdvert restarted = new OwnAdvert(Sample.signer(1), own.sequence());
    assertThat(sequence(restarted.renew(RELAY, NOW - 86_400))).isGreaterThan(second);
  }

  @Test
  void whoServesNobodyPublishesNothing() {
    assertThat(own.renew(Sample.claims(Set.of(), "20.0.0.1"), NOW)).isNull();
    own.renew(RELAY, NOW);
    assertThat(own.renew(Sample.claims(Set.of()), NOW + 1)).isNull();
    assertThat(own.current(NOW + 1)).isNull();
  }
}
