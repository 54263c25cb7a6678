package org.p2pvpn.overlay.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.p2pvpn.noise.Identity;
import org.p2pvpn.overlay.discovery.advert.CountryFromFile;
import org.p2pvpn.overlay.discovery.advert.Moment;
import org.p2pvpn.overlay.discovery.advert.TestCountryFile;
import org.p2pvpn.overlay.discovery.advert.WorkPuzzle;
import org.p2pvpn.overlay.identity.NodeId;
import org.p2pvpn.overlay.ledger.Entry;
import org.p2pvpn.overlay.ledger.Observation;
import org.p2pvpn.overlay.ledger.Observations;
import org.p2pvpn.overlay.score.Candidate;
import org.p2pvpn.overlay.score.Figure;
import org.p2pvpn.overlay.score.Measurements;
import org.p2pvpn.overlay.score.Origin;
import org.p2pvpn.overlay.wire.ControlMessage;

final class RosterTest {
  private static final long TODAY = 20_000;
  private static final long DAY_SECONDS = TimeUnit.DAYS.toSeconds(1);
  private static final Moment NOW =
      new Moment(TODAY * DAY_SECONDS + 3600, TimeUnit.HOURS.toNanos(5));
  private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);

  @TempDir private Path folder;
  private final PeerBook book = new PeerBook(Path.of("never written"), TestPeers.OWN);
  private final Peer named = TestPeers.add(book, 1, "named", Peer.Origin.CONFIG);
  private final Peer heardOf = TestPeers.add(book, 2, "heard-of", Peer.Origin.ADVERT);
  private final List<Observation> ledger = new ArrayList<>();
  private Roster roster;

  @BeforeEach
  void begin() {
    roster = roster();
  }

  private Roster roster() {
    byte[] seed = new byte[Identity.SEED_BYTES];
    Adverts.Outlet outlet =
        new Adverts.Outlet() {
          @Override
          public void send(Peer peer, ControlMessage message) {}

          @Override
          public void onKnown() {}
        };
    Path file = folder.resolve("adverts");
    Adverts adverts =
        new Adverts(
            Identity.ofSeed(seed), file, new WorkPuzzle(0), book, new Random(1), outlet, NOW);
    return new Roster(book, adverts, new Experience(ledger::add), new Random(1));
  }

  private Candidate candidate(Peer peer) {
    Candidate candidate = roster.table(NOW.unixSeconds()).find(peer.id);
    if (candidate == null) {
      throw new AssertionError(peer.name);
    }
    return candidate;
  }

  private void recall(Observations past) {
    Map<NodeId, Measurements> figures = Recalled.figures(past.histories().values());
    roster.recall(past, figures);
  }

  private static Entry entry(long daysAgo, Observation what) {
    return new Entry(TimeUnit.SECONDS.toMillis(NOW.unixSeconds() - daysAgo * DAY_SECONDS), what);
  }

  /** A month of honest work. */
  private static Observations past(NodeId node) {
    Observations past = new Observations();
    for (long ago = 29; ago >= 1; ago--) {
      past.add(entry(ago, new Observation.CircuitBuilt(List.of(node), 1000)));
      past.add(entry(ago, new Observation.RttMeasured(node, 20_000)));
      past.add(entry(ago, new Observation.Served(node, 1L << 30)));
    }
    past.add(entry(1, new Observation.CircuitBroken(node, Observation.How.SILENT)));
    past.add(entry(1, new Observation.CircuitBroken(node, Observation.How.LEFT)));
    return past;
  }

  @Test
  void whatEarlierRunsMeasuredIsKnownAgain() {
    recall(past(heardOf.id));
    Measurements known = candidate(heardOf).measurements();
    assertThat(known.rttNanos()).isEqualTo(20 * MILLI);
    assertThat(known.successes()).isEqualTo(29);
    assertThat(known.failures()).isEqualTo(1);
    assertThat(known.failuresInARow()).isZero();
    assertThat(known.firstSeenEpochSecond()).isEqualTo(NOW.unixSeconds() - 29 * DAY_SECONDS);
    assertThat(known.lastSeenEpochSecond()).isEqualTo(NOW.unixSeconds() - DAY_SECONDS);
    assertThat(candidate(heardOf).isNewcomer(NOW.unixSeconds())).isFalse();
  }

  @Test
  void whoServedForAMonthIsTrusted() {
    assertThat(candidate(heardOf).trust()).isEqualTo(Figure.UNKNOWN);
    recall(past(heardOf.id));
    assertThat(candidate(heardOf).trust().origin()).isEqualTo(Origin.MEASURED);
    assertThat(candidate(heardOf).trust().value()).isBetween(0.5, 0.8);
  }

  @Test
  void whomTheOperatorNamedIsTrustedWhateverTheLedgerSays() {
    Observations past = new Observations();
    for (int i = 0; i < 10; i++) {
      past.add(entry(0, new Observation.CircuitBroken(named.id, Observation.How.SILENT)));
    }
    recall(past);
    assertThat(candidate(named).trust()).isEqualTo(Figure.derived(1));
  }

  @Test
  void aNodeKnownOnlyFromTheLedgerIsNoCandidateUntilSomebodyNamesIt() {
    recall(
        past(
            TestPeers.add(new PeerBook(Path.of("x"), TestPeers.OWN), 9, "gone", Peer.Origin.ADVERT)
                .id));
    assertThat(roster.table(NOW.unixSeconds()).candidates()).hasSize(2);
    Peer back = TestPeers.add(book, 9, "back", Peer.Origin.ADVERT);
    assertThat(candidate(back).measurements().successes()).isEqualTo(29);
    assertThat(candidate(back).trust().origin()).isEqualTo(Origin.MEASURED);
  }

  @Test
  void whatHappenedBeforeTheReplayCameCounts() {
    roster.onRoundTrip(heardOf, 90 * MILLI, NOW);
    TestPeers.connect(named, NOW.nanos());
    for (int i = 0; i < 4; i++) {
      roster.onFailure(heardOf.id, NOW);
    }
    recall(past(heardOf.id));
    Measurements known = candidate(heardOf).measurements();
    assertThat(known.rttNanos()).isEqualTo(90 * MILLI);
    assertThat(known.successes()).isEqualTo(29);
    assertThat(known.failures()).isEqualTo(5);
    assertThat(known.failuresInARow()).isEqualTo(4);
    assertThat(candidate(heardOf).trust().value()).isLessThan(0.3);
  }

  @Test
  void trustIsLostTheSameDay() {
    recall(past(heardOf.id));
    double before = candidate(heardOf).trust().value();
    TestPeers.connect(named, NOW.nanos());
    for (int i = 0; i < 10; i++) {
      roster.onFailure(heardOf.id, NOW);
    }
    assertThat(candidate(heardOf).trust().value()).isLessThan(before / 2);
  }

  @Test
  void whatIsLearnedIsWrittenDown() {
    TestPeers.connect(named, NOW.nanos());
    CircuitPath path = new CircuitPath(List.of(named, heardOf), NOW.nanos() - 30 * MILLI);
    roster.onBuilt(path, NOW);
    roster.onFailure(heardOf.id, NOW);
    roster.onBusy(heardOf.id, NOW);
    roster.onBroken(heardOf.id, Observation.How.LEFT, NOW);
    roster.onServed(heardOf.id, 77, NOW);
    roster.onHandshake(named.id, 2 * MILLI, NOW);
    roster.onUnanswered(heardOf.id, NOW);
    assertThat(ledger)
        .containsExactly(
            new Observation.CircuitBuilt(List.of(named.id, heardOf.id), 30_000),
            new Observation.CircuitBroken(heardOf.id, Observation.How.SILENT),
            new Observation.BusySeen(heardOf.id),
            new Observation.CircuitBroken(heardOf.id, Observation.How.LEFT),
            new Observation.Served(heardOf.id, 77),
            new Observation.HandshakeMade(named.id, 2000),
            new Observation.HandshakeFailed(heardOf.id));
  }

  @Test
  void whileNobodyElseIsHeardNobodyLosesTrust() {
    TestPeers.connect(named, NOW.nanos() - Roster.HEARD_NANOS);
    TestPeers.connect(heardOf, NOW.nanos());
    roster.onFailure(heardOf.id, NOW);
    roster.onUnanswered(heardOf.id, NOW);
    assertThat(ledger).isEmpty();
    assertThat(candidate(heardOf).measurements().failures()).isEqualTo(1);
  }

  @Test
  void aPoliteLeaveIsNoFailure() {
    roster.onBroken(heardOf.id, Observation.How.LEFT, NOW);
    assertThat(candidate(heardOf).measurements().failures()).isZero();
  }

  @Test
  void aRoundTripAMinuteIsWrittenDown() {
    for (int second = 0; second < 150; second += 5) {
      Moment at =
          new Moment(NOW.unixSeconds() + second, NOW.nanos() + TimeUnit.SECONDS.toNanos(second));
      roster.onRoundTrip(heardOf, MILLI, at);
    }
    assertThat(ledger).hasSize(3).containsOnly(new Observation.RttMeasured(heardOf.id, 1000));
  }

  /** A node may say that it is anywhere. */
  @Test
  void theOperatorsFileOfCountriesGoesBeforeWhatANodeSays() throws IOException {
    assertThat(candidate(named).country()).isEmpty();
    roster.countries(CountryFromFile.open(TestCountryFile.in(folder)));
    assertThat(candidate(named).country()).isEmpty();
    named.session.moveTo(new InetSocketAddress("45.7.0.2", 4000)); // the file knows 0.0.0.0/1
    assertThat(candidate(named).country()).isEqualTo("SE");
    assertThat(candidate(named).countryOrigin()).isEqualTo(Origin.DERIVED);
  }
}
