package org.p2pvpn.overlay.score;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.p2pvpn.overlay.score.Trust.Report;

final class TrustTest {
  private static final long GIGABYTES = 100L << 30;

  private static DayRecord good(int daysAgo) {
    return new DayRecord(daysAgo, 100, 0, 0, 0, 1, 1, 0, GIGABYTES);
  }

  private static DayRecord bad(int daysAgo) {
    return new DayRecord(daysAgo, 0, 100, 0, 0, Double.NaN, Double.NaN, 0, 0);
  }

  private static List<DayRecord> goodDays(int from, int count) {
    List<DayRecord> days = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      days.add(good(from + i));
    }
    return days;
  }

  private static double trust(List<DayRecord> days) {
    return Trust.of(days, List.of()).value();
  }

  @Test
  void isTheFormula() {
    double sum = 1 + 0.99 + 0.99 * 0.99;
    assertThat(trust(goodDays(0, 3))).isCloseTo(sum / (sum + 10), Offset.offset(1e-12));
  }

  @Test
  void growsSlowly() {
    assertThat(trust(goodDays(0, 1))).isLessThan(0.13);
    assertThat(trust(goodDays(0, 10))).isBetween(0.4, 0.55);
    assertThat(trust(goodDays(0, 90))).isBetween(0.8, 0.9);
  }

  @Test
  void whoDidLittleAndNothingWrongIsAsGoodAsAStranger() {
    DayRecord little = new DayRecord(0, 3, 0, 0, 0, Double.NaN, Double.NaN, 0, 1000);
    assertThat(Trust.ofOwn(List.of(little))).isEqualTo(Figure.UNKNOWN);
    DayRecord failedOnce = new DayRecord(0, 3, 1, 0, 0, Double.NaN, Double.NaN, 0, 1000);
    assertThat(Trust.ofOwn(List.of(failedOnce))).isEqualTo(Figure.UNKNOWN);
  }

  @Test
  void whoDidLittleAndThatBadlyIsWorseThanAStranger() {
    assertThat(Trust.ofOwn(List.of(bad(0)))).isEqualTo(Figure.measured(0));
    DayRecord liar = new DayRecord(0, 3, 0, 0, 0, Double.NaN, Double.NaN, 1, 1000);
    assertThat(Trust.ofOwn(List.of(liar))).isEqualTo(Figure.measured(0));
  }

  @Test
  void whoDidMuchHasItsFigure() {
    assertThat(Trust.ofOwn(goodDays(0, 10))).isEqualTo(Trust.of(goodDays(0, 10), List.of()));
  }

  @Test
  void isLostWithinADay() {
    List<DayRecord> onAndOff = goodDays(1, 90);
    onAndOff.add(bad(0));
    assertThat(trust(onAndOff)).isLessThan(0.01);
    List<DayRecord> half = goodDays(1, 90);
    half.add(new DayRecord(0, 50, 50, 0, 0, Double.NaN, Double.NaN, 0, GIGABYTES));
    assertThat(trust(half)).isLessThan(0.1);
  }

  @Test
  void aProvedViolationTakesAll() {
    List<DayRecord> days = goodDays(1, 90);
    days.add(new DayRecord(0, 100, 0, 0, 0, 1, 1, 1, GIGABYTES));
    assertThat(trust(days)).isZero();
  }

  @Test
  void oneFailureIsNoVerdict() {
    List<DayRecord> days = goodDays(1, 90);
    days.add(new DayRecord(0, 0, 1, 0, 0, Double.NaN, Double.NaN, 0, 0));
    assertThat(trust(days)).isGreaterThan(0.5);
  }

  @Test
  void aLossyExitIsTrustedLessAndNotNought() {
    List<DayRecord> lossy =
        Collections.nCopies(30, new DayRecord(0, 97, 3, 0, 0, 0.95, 1, 0, GIGABYTES));
    assertThat(trust(lossy)).isBetween(0.4, 0.8);
  }

  @Test
  void daysWithoutBytesMeetACeiling() {
    List<DayRecord> idle =
        Collections.nCopies(90, new DayRecord(0, 100, 0, 0, 0, 1, 1, 0, 1 << 20));
    assertThat(trust(idle)).isLessThan(0.1);
  }

  @Test
  void bytesWithoutDaysMeetACeiling() {
    assertThat(trust(List.of(new DayRecord(0, 1 << 30, 0, 0, 0, 1, 1, 0, 1L << 50))))
        .isLessThan(0.13);
  }

  @Test
  void whoIsNotKnownIsUnknown() {
    assertThat(Trust.of(List.of(), List.of())).isEqualTo(Figure.UNKNOWN);
    assertThat(Trust.of(List.of(), Collections.nCopies(1000, new Report(0, 1))))
        .isEqualTo(Figure.UNKNOWN);
  }

  @Test
  void praiseRaisesNothingThatWasMeasured() {
    List<DayRecord> days = goodDays(0, 5);
    assertThat(Trust.of(days, Collections.nCopies(1000, new Report(1, 1))).value())
        .isEqualTo(trust(days));
  }

  @Test
  void praiseAloneIsWorthAFifth() {
    Figure praised = Trust.of(List.of(), Collections.nCopies(1000, new Report(1, 1)));
    assertThat(praised).isEqualTo(Figure.derived(0.2));
  }

  @Test
  void aThousandSlanderersTakeATenth() {
    List<DayRecord> days = goodDays(0, 90);
    double slandered = Trust.of(days, Collections.nCopies(1000, new Report(1, 0))).value();
    assertThat(slandered).isCloseTo(trust(days) - 0.1, Offset.offset(1e-12));
  }
}
