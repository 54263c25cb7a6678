package org.p2pvpn.overlay.discovery.advert;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.p2pvpn.overlay.discovery.advert.KnownAdvert.Witness;

final class AdvertBookTest {
  private final AdvertBook book = new AdvertBook(Sample.id(0));

  private @Nullable AdvertRefusal offer(SignedAdvert signed, Witness witness, long nowSeconds) {
    Advert advert = Objects.requireNonNull(AdvertCheck.read(signed.toBytes()));
    AdvertRefusal refusal = book.refusal(signed, advert, witness, nowSeconds);
    if (refusal == null) {
      book.put(new KnownAdvert(signed, advert, witness, nowSeconds));
    }
    return refusal;
  }

  private @Nullable AdvertRefusal hear(int node, String... endpoints) {
    return offer(Sample.advert(node, 5, endpoints), Witness.OTHER, Sample.NOW);
  }

  private @Nullable AdvertRefusal meet(int node, String... endpoints) {
    return offer(Sample.advert(node, 5, endpoints), Witness.ITSELF, Sample.NOW);
  }

  private boolean has(int node) {
    book.publish();
    return book.snapshot().get(Sample.id(node), Sample.NOW) != null;
  }

  @Test
  void tenNodesOfOnePrefixAndNoMore() {
    for (int node = 1; node <= AdvertBook.PREFIX_MAX; node++) {
      assertThat(hear(node, "20.0.0." + node)).isNull();
      assertThat(hear(100 + node, "2a01:1:1:" + node + "::1")).isNull();
    }
    assertThat(hear(50, "20.0.0.50")).isEqualTo(AdvertRefusal.PREFIX_FULL);
    assertThat(hear(51, "2a01:1:1:99::1")).isEqualTo(AdvertRefusal.PREFIX_FULL);
    assertThat(hear(52, "21.0.0.1", "20.0.0.52")).isEqualTo(AdvertRefusal.PREFIX_FULL);
    assertThat(hear(53, "20.0.1.50", "2a01:1:2::1")).isNull();
    // Who is in it may say something new.
    assertThat(offer(Sample.advert(1, 6, "20.0.0.1"), Witness.OTHER, Sample.NOW)).isNull();
  }

  @Test
  void aLanIsOnePrefixByNature() {
    for (int node = 1; node <= 30; node++) {
      assertThat(hear(node, "192.168.1." + node)).isNull();
    }
  }

  @Test
  void whoStandsBeforeUsGoesBeforeHearsayAndNobodyGoesBeforeHim() {
    for (int node = 1; node <= AdvertBook.PREFIX_MAX; node++) {
      hear(node, "20.0.0." + node);
    }
    for (int node = 101; node <= 100 + AdvertBook.PREFIX_MAX; node++) {
      assertThat(meet(node, "20.0.0." + node)).isNull();
    }
    assertThat(has(1)).isFalse();
    assertThat(has(101)).isTrue();
    assertThat(meet(50, "20.0.0.50")).isEqualTo(AdvertRefusal.PREFIX_FULL);
  }

  @Test
  void hearsayOfANodeThatWeMetDoesNotMakeItHearsay() {
    meet(1, "20.0.0.1");
    offer(Sample.advert(1, 6, "20.0.0.1"), Witness.OTHER, Sample.NOW);
    book.publish();
    KnownAdvert known = Objects.requireNonNull(book.snapshot().get(Sample.id(1), Sample.NOW));
    assertThat(known.witness()).isEqualTo(Witness.ITSELF);
    assertThat(known.advert().sequence()).isEqualTo(6);
  }

  @Test
  void aFullBookTakesNoStrangersButANodeThatStandsBeforeUs() {
    for (int node = 1; node <= AdvertBook.ADVERTS_MAX; node++) {
      assertThat(offer(Sample.advert(node, 5), Witness.OTHER, Sample.NOW)).isNull();
    }
    assertThat(hear(5_000, "21.0.0.1")).isEqualTo(AdvertRefusal.BOOK_FULL);
    assertThat(meet(5_000, "21.0.0.1")).isNull();
    assertThat(has(5_000)).isTrue();
    assertThat(has(1)).as("the oldest hearsay made room").isFalse();
    book.publish();
    assertThat(book.snapshot().size()).isEqualTo(AdvertBook.ADVERTS_MAX);
  }

  @Test
  void whatRanOutGoesOrBecomesAnAnchor() {
    hear(1, "20.0.0.1");
    meet(2, "20.0.1.1");
    book.publish();
    long later = Sample.NOW + 600;
    assertThat(book.snapshot().get(Sample.id(2), later)).isNull();
    assertThat(book.snapshot().live(later)).isEmpty();
    book.sweep(later);
    book.publish();
    assertThat(book.snapshot().size()).isEqualTo(1);
    assertThat(book.snapshot().anchors(later))
        .extracting(KnownAdvert::id)
        .containsExactly(Sample.id(2));
    book.sweep(later + AdvertBook.ANCHOR_SECONDS + 1);
    book.publish();
    assertThat(book.snapshot().size()).isZero();
    assertThat(book.highestSequence(Sample.id(2))).isEqualTo(5);
  }

  @Test
  void anAnchorMakesRoomForAnyone() {
    for (int node = 1; node <= AdvertBook.PREFIX_MAX; node++) {
      meet(node, "20.0.0." + node);
    }
    long later = Sample.NOW + 600;
    book.sweep(later);
    SignedAdvert fresh =
        Sample.signer(50).sign(Sample.relay("20.0.0.50"), new Validity(1, later, later + 900));
    assertThat(offer(fresh, Witness.OTHER, later)).isNull();
  }

  @Test
  void anEndedAdvertsSequenceStillCounts() {
    hear(1, "20.0.0.1");
    book.sweep(Sample.NOW + 10_000);
    assertThat(offer(Sample.advert(1, 4), Witness.OTHER, Sample.NOW))
        .isEqualTo(AdvertRefusal.BEHIND);
  }

  @Test
  void aReaderSeesTheBookAsItWasPublished() {
    hear(1, "20.0.0.1");
    assertThat(book.snapshot().size()).isZero();
    book.publish();
    AdvertSnapshot before = book.snapshot();
    hear(2, "20.0.1.1");
    book.publish();
    assertThat(before.size()).isEqualTo(1);
    assertThat(book.snapshot().size()).isEqualTo(2);
  }
}
