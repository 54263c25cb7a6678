package org.p2pvpn.overlay.discovery.advert;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.p2pvpn.overlay.discovery.advert.AdvertEvent.Received;
import org.p2pvpn.overlay.discovery.advert.AdvertEvent.SessionEnded;
import org.p2pvpn.overlay.discovery.advert.AdvertEvent.SessionStarted;
import org.p2pvpn.overlay.discovery.advert.AdvertEvent.Tick;
import org.p2pvpn.overlay.identity.NodeId;
import org.p2pvpn.overlay.wire.DiscoveryMessage;
import org.p2pvpn.overlay.wire.DiscoveryMessage.AdvertWanted;

final class AdvertExchangeTest {
  private static final NodeId BOB = Sample.id(2_000);
  private static final NodeId CAROL = Sample.id(2_001);

  private final AdvertCounters counters = new AdvertCounters();
  private final AdvertBook book = new AdvertBook(Sample.id(0));
  private final VerifyBudget budget = new VerifyBudget(0);
  private final AdvertExchange exchange =
      new AdvertExchange(
          Sample.id(0),
          book,
          new AdvertCheck(AdvertRules.INTERNET, book, budget, counters),
          counters,
          new Random(1));

  private static Moment at(double seconds) {
    return new Moment(Sample.NOW + (long) seconds, (long) (seconds * 1e9));
  }

  private static Received given(SignedAdvert advert) {
    return new Received(new DiscoveryMessage.Advert(advert.toBytes()));
  }

  private static DiscoveryMessage message(SignedAdvert advert) {
    return new DiscoveryMessage.Advert(advert.toBytes());
  }

  private static List<DiscoveryMessage> adverts(List<DiscoveryMessage> messages) {
    return messages.stream().filter(DiscoveryMessage.Advert.class::isInstance).toList();
  }

  /** Nodes 1 to count, each as if it had told us itself. */
  private void meet(int count) {
    for (int node = 1; node <= count; node++) {
      put(node, KnownAdvert.Witness.ITSELF);
    }
    book.publish();
  }

  private void put(int node, KnownAdvert.Witness witness) {
    SignedAdvert signed = Sample.advert(node, 5);
    Advert advert = java.util.Objects.requireNonNull(AdvertCheck.read(signed.toBytes()));
    book.put(new KnownAdvert(signed, advert, witness, Sample.NOW));
  }

  @Test
  void aSessionBeginsWithOnesOwnAdvertAndAQuestion() {
    SignedAdvert own = Sample.advert(0, 1);
    exchange.publish(own, Sample.NOW + 600);
    assertThat(exchange.on(BOB, new SessionStarted(), at(0)))
        .containsExactly(message(own), new AdvertWanted(32, 0, "", List.of()));
    assertThat(exchange.on(BOB, new Tick(), at(1))).isEmpty();
    SignedAdvert changed = Sample.advert(0, 2);
    exchange.publish(changed, Sample.NOW + 600);
    assertThat(exchange.on(BOB, new Tick(), at(2))).containsExactly(message(changed));
    assertThat(exchange.on(BOB, new Tick(), at(3))).isEmpty();
  }

  @Test
  void aClientSaysNothingOfItself() {
    exchange.publish(null, 0);
    assertThat(adverts(exchange.on(BOB, new SessionStarted(), at(0)))).isEmpty();
  }

  @Test
  void anEndedAdvertIsNotHandedOut() {
    exchange.publish(Sample.advert(0, 1), Sample.NOW + 600);
    assertThat(adverts(exchange.on(BOB, new SessionStarted(), at(601)))).isEmpty();
  }

  @Test
  void handsOnWhatItHadFromTheNodeItselfAndNoHearsay() {
    exchange.on(BOB, new SessionStarted(), at(0));
    exchange.on(CAROL, new SessionStarted(), at(0));
    SignedAdvert bobs = Sample.advert(2_000, 5);
    SignedAdvert hearsay = Sample.advert(7, 5);
    exchange.on(BOB, given(bobs), at(1));
    exchange.on(BOB, given(hearsay), at(1));
    book.publish();
    assertThat(exchange.on(CAROL, new Tick(), at(2))).containsExactly(message(bobs));
    assertThat(exchange.on(CAROL, new Tick(), at(3))).isEmpty();
    assertThat(exchange.on(BOB, new Tick(), at(3))).as("nothing goes back").isEmpty();
    AdvertWanted question = new AdvertWanted(32, 0, "", List.of());
    assertThat(exchange.on(CAROL, new Received(question), at(4))).containsExactly(message(hearsay));
  }

  @Test
  void atMostSixteenUnaskedAndSixtyFourInAllInAnyMinute() {
    meet(500);
    AdvertWanted question = new AdvertWanted(255, 0, "", List.of());
    List<Double> unaskedAt = new ArrayList<>();
    List<Double> allAt = new ArrayList<>();
    exchange.on(BOB, new SessionStarted(), at(0)).stream()
        .filter(DiscoveryMessage.Advert.class::isInstance)
        .forEach(_ -> unaskedAt.add(0.0));
    for (double second = 1; second < 300; second++) {
      double now = second;
      adverts(exchange.on(BOB, new Tick(), at(now))).forEach(_ -> unaskedAt.add(now));
      exchange.on(BOB, new Received(question), at(now)).forEach(_ -> allAt.add(now));
    }
    allAt.addAll(unaskedAt);
    assertThat(mostInAMinute(unaskedAt)).isBetween(8L, 16L);
    assertThat(mostInAMinute(allAt)).isBetween(50L, 64L);
    assertThat(counters.offered()).isEqualTo(allAt.size());
  }

  private static long mostInAMinute(List<Double> times) {
    return times.stream()
        .mapToLong(from -> times.stream().filter(at -> at >= from && at < from + 60).count())
        .max()
        .orElse(0);
  }

  @Test
  void answersByIdRoleAndCountry() {
    meet(3);
    SignedAdvert exit =
        Sample.signer(9)
            .sign(
                new Claims(
                    List.of(),
                    java.util.Set.of(Role.EXIT),
                    new Place("SE", "", "", 0),
                    Capacity.UNSAID,
                    new Protocols(List.of(1), List.of(1), ""),
                    new ExitSummary(true, false, List.of(), List.of()),
                    null,
                    "",
                    0),
                Sample.validity(5));
    exchange.on(BOB, new SessionStarted(), at(0));
    exchange.on(BOB, given(exit), at(0));
    book.publish();
    exchange.on(CAROL, new SessionStarted(), at(0));
    AdvertWanted exits = new AdvertWanted(9, Role.EXIT.bit(), "SE", List.of());
    AdvertWanted elsewhere = new AdvertWanted(9, Role.EXIT.bit(), "NO", List.of());
    AdvertWanted byId = new AdvertWanted(9, 0, "", List.of(Sample.id(2), Sample.id(77), BOB));
    assertThat(exchange.on(CAROL, new Received(elsewhere), at(1))).isEmpty();
    assertThat(exchange.on(CAROL, new Received(exits), at(1))).containsExactly(message(exit));
    assertThat(exchange.on(CAROL, new Received(exits), at(1))).as("once").isEmpty();
    assertThat(exchange.on(CAROL, new Received(byId), at(1)))
        .containsExactly(message(Sample.advert(2, 5)));
  }

  @Test
  void aPeerThatHandsOverTooManyIsNotReadAnyMore() {
    exchange.on(BOB, new SessionStarted(), at(0));
    SignedAdvert one = Sample.advert(1, 5);
    for (int i = 0; i < 100; i++) {
      exchange.on(BOB, given(one), at(0));
    }
    assertThat(counters.taken()).isEqualTo(1);
    assertThat(counters.get(AdvertRefusal.KNOWN)).isEqualTo(39);
    assertThat(counters.get(AdvertRefusal.TOO_MANY)).isEqualTo(60);
  }

  @Test
  void withoutASessionNothingIsSaidOrTaken() {
    meet(3);
    exchange.on(BOB, new SessionStarted(), at(0));
    exchange.on(BOB, new SessionEnded(), at(1));
    AdvertWanted question = new AdvertWanted(9, 0, "", List.of());
    assertThat(exchange.on(BOB, new Tick(), at(2))).isEmpty();
    assertThat(exchange.on(BOB, new Received(question), at(2))).isEmpty();
    exchange.on(BOB, given(Sample.advert(9, 5)), at(2));
    assertThat(counters.get(AdvertRefusal.TOO_MANY)).isEqualTo(1);
  }

  @Test
  void asksMoreAndMoreSeldom() {
    List<Double> asked = new ArrayList<>();
    exchange.on(BOB, new SessionStarted(), at(0));
    for (double second = 1; second < 1000; second++) {
      if (!exchange.on(BOB, new Tick(), at(second)).isEmpty()) {
        asked.add(second);
      }
    }
    assertThat(asked).containsExactly(10.0, 30.0, 70.0, 150.0, 310.0, 610.0, 910.0);
  }
}
