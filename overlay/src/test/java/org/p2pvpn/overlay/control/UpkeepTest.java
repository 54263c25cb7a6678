package org.p2pvpn.overlay.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.p2pvpn.noise.Suite;
import org.p2pvpn.overlay.session.Epoch;
import org.p2pvpn.overlay.session.EpochLimits;
import org.p2pvpn.overlay.session.EpochTable;
import org.p2pvpn.overlay.session.Epochs;
import org.p2pvpn.overlay.session.Session;
import org.p2pvpn.overlay.wire.ControlMessage;

/** Hours of a session, a tick at a time. */
final class UpkeepTest {
  private static final long BEGAN = 9_000_000_000_000L;
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final long TICK = TimeUnit.MILLISECONDS.toNanos(50);

  private final EpochTable epochs = new EpochTable(1);
  private final Recording outlet = new Recording();
  private final Upkeep upkeep = new Upkeep(epochs, new Random(1), outlet);
  private final Peer peer =
      TestPeers.add(new PeerBook(Path.of("unused"), TestPeers.OWN), 1, "bob", Peer.Origin.CONFIG);
  private long now = BEGAN;
  private int indexes;

  private static final class Recording implements Upkeep.Outlet {
    private final List<byte[]> sent = new ArrayList<>();
    private int initiations;
    private int forgotten;
    private int unanswered;

    @Override
    public void send(Session session, byte[] plaintext) {
      sent.add(plaintext);
    }

    @Override
    public void initiate(Peer to, long nowNanos) {
      initiations++;
    }

    @Override
    public void forgetInitiations(Peer of) {
      forgotten++;
    }

    @Override
    public void onUnanswered(Peer to, long nowNanos) {
      unanswered++;
    }

    /** Ids of the echo requests so far, oldest first. */
    List<Long> pings() {
      return sent.stream()
          .filter(plaintext -> plaintext.length > 0)
          .map(plaintext -> ControlMessage.read(java.util.Arrays.copyOfRange(plaintext, 1, 10)))
          .map(message -> message instanceof ControlMessage.Ping(long id) ? id : 0L)
          .toList();
    }

    long keepalives() {
      return sent.stream().filter(plaintext -> plaintext.length == 0).count();
    }
  }

  private void pass(long nanos) {
    pass(nanos, peer.wanted ? Echo.Reason.NAT : Echo.Reason.NONE);
  }

  private void pass(long nanos, Echo.Reason reason) {
    for (long end = now + nanos; now < end; ) {
      now += TICK;
      upkeep.tick(peer, reason, now);
      upkeep.eraseRetired(now);
    }
  }

  private Epoch epoch(boolean initiator) {
    int index = ++indexes;
    Epoch epoch =
        new Epoch(
            peer.session, Epochs.keys(Suite.AESGCM_SHA256, 1, 2), index, index, initiator, 1, now);
    assertThat(epochs.add(epoch)).isTrue();
    upkeep.add(peer, epoch, now);
    return epoch;
  }

  /** A handshake of ours that the other side has heard of. */
  private Epoch connected() {
    Epoch epoch = epoch(true);
    upkeep.sendWith(peer, epoch, now);
    peer.echo.onAnswer(upkeep.ping(peer, now), now);
    return epoch;
  }

  @Test
  void aPeerThatNobodyWantsIsLeftAlone() {
    pass(3600 * SECOND);
    assertThat(outlet.initiations).isZero();
    assertThat(outlet.sent).isEmpty();
  }

  @Test
  void aPeerThatIsWantedIsCalledUntilItAnswers() {
    peer.wanted = true;
    pass(600 * SECOND);
    assertThat(outlet.initiations).as("every 5 s for 90 s, then every 20 s").isBetween(42, 52);
    assertThat(outlet.forgotten).isZero();
    assertThat(outlet.unanswered).isEqualTo(1);
  }

  @Test
  void whoIsLongGoneIsCalledAtOnceWhenSomebodyWaits() {
    peer.wanted = true;
    pass(600 * SECOND);
    upkeep.call(peer, now);
    int before = outlet.initiations;
    upkeep.call(peer, now);
    assertThat(outlet.initiations).as("one row at a time").isEqualTo(before);
    pass(30 * SECOND);
    assertThat(outlet.initiations - before).as("every 5 s again").isBetween(8, 12);
  }

  @Test
  void aCallThatOnlyAPacketWantedIsGivenUpAfterAWhile() {
    assertThat(peer.session.await(new byte[20])).isNotNull();
    pass(EpochLimits.GIVE_UP_AFTER_NANOS + SECOND);
    assertThat(outlet.forgotten).isEqualTo(1);
    assertThat(peer.session.hasWaiting()).isFalse();
    int before = outlet.initiations;
    pass(600 * SECOND);
    assertThat(outlet.initiations).isEqualTo(before);
  }

  @Test
  void aSessionThatIsWantedIsCalledAnewWhenItsKeysEnd() {
    peer.wanted = true;
    Epoch epoch = connected();
    pass(EpochLimits.REJECT_AFTER_NANOS - SECOND);
    assertThat(outlet.initiations).isZero();
    pass(2 * SECOND);
    assertThat(peer.session.sending()).isNull();
    assertThat(epochs.find(epoch.localIndex())).isNull();
    assertThat(outlet.initiations).isPositive();
  }

  @Test
  void theInitiatorOfASessionInUseAsksForNewKeysInTime() {
    connected();
    pass(SECOND);
    peer.session.onSent(100, now);
    peer.session.onReceived(100, now);
    for (int second = 0; second < 118; second++) {
      pass(SECOND);
      peer.session.onSent(100, now);
      peer.session.onReceived(100, now);
    }
    assertThat(outlet.initiations).isZero();
    pass(3 * SECOND);
    assertThat(outlet.initiations).isPositive();
  }

  @Test
  void whatIsReceivedIsAnsweredWithAKeepaliveWhenNothingElseGoesBack() {
    connected();
    peer.session.onReceived(100, now);
    pass(EpochLimits.KEEPALIVE_AFTER_NANOS - SECOND);
    assertThat(outlet.keepalives()).isZero();
    pass(2 * SECOND);
    assertThat(outlet.keepalives()).isPositive();
  }

  @Test
  void silenceAfterWhatWasSentEndsInAHandshake() {
    connected();
    peer.session.onSent(100, now);
    pass(EpochLimits.SILENCE_NANOS - SECOND);
    assertThat(outlet.initiations).isZero();
    pass(2 * SECOND);
    assertThat(outlet.initiations).isPositive();
  }

  @Test
  void keysOfOursThatNobodyHasHeardOfAreProvenEachSecond() {
    upkeep.sendWith(peer, epoch(true), now);
    upkeep.ping(peer, now);
    pass(10 * SECOND);
    assertThat(outlet.pings()).hasSize(11).doesNotHaveDuplicates();
    peer.echo.onAnswer(outlet.pings().getLast(), now);
    pass(100 * SECOND);
    assertThat(outlet.pings()).hasSize(11);
  }

  @Test
  void anExitIsAskedEveryFiveSecondsAndAPeerBeforeANatForgets() {
    peer.wanted = true;
    connected();
    outlet.sent.clear();
    pass(100 * SECOND, Echo.Reason.EXIT);
    assertThat(outlet.pings()).hasSize(20);
    outlet.sent.clear();
    pass(75 * SECOND);
    assertThat(outlet.pings()).hasSize(3);
  }

  @Test
  void tooManyEpochsEndTheOldest() {
    Epoch first = connected();
    Epoch second = connected();
    for (int more = 2; more < Upkeep.EPOCHS_MAX; more++) {
      connected();
    }
    assertThat(epochs.find(first.localIndex())).isSameAs(first);
    connected();
    assertThat(epochs.find(first.localIndex())).isNull();
    assertThat(epochs.find(second.localIndex())).isSameAs(second);
  }

  @Test
  void aCallThatIsRepeatedInEachOfTwoRekeysDoesNotEndTheKeysInUse() {
    for (int rekey = 0; rekey < 2; rekey++) {
      Epoch before = peer.session.sending();
      Epoch taken = epoch(false);
      epoch(false);
      epoch(false);
      assertThat(peer.session.sending()).isSameAs(before);
      upkeep.sendWith(peer, taken, now);
      // What the other side sealed with the keys before may still be on its way.
      assertThat(before == null || epochs.find(before.localIndex()) == before).isTrue();
      pass(EpochLimits.REKEY_AFTER_NANOS);
    }
  }

  @Test
  void theKeysInUseOutliveAnyNumberOfCallsThatNothingFollows() {
    Epoch used = connected();
    for (int calls = 0; calls < 3 * Upkeep.EPOCHS_MAX; calls++) {
      epoch(false);
    }
    assertThat(peer.session.sending()).isSameAs(used);
    assertThat(epochs.find(used.localIndex())).isSameAs(used);
    assertThat(peer.epochs).hasSize(Upkeep.EPOCHS_MAX);
  }

  @Test
  void afterTheirEndNoEpochIsFoundOrSealsAnyMore() {
    Epoch epoch = connected();
    upkeep.endEpochs(peer, now);
    assertThat(peer.isConnected()).isFalse();
    assertThat(peer.epochs).isEmpty();
    assertThat(epochs.find(epoch.localIndex())).isNull();
  }

  @Test
  void whatALeavingPeerHasSentIsStillOpenedForAWhile() {
    Epoch epoch = connected();
    upkeep.endEpochsSoon(peer, now);
    assertThat(peer.isConnected()).isFalse();
    assertThat(peer.epochs).isEmpty();
    upkeep.eraseRetired(now + RetiredEpochs.ERASE_AFTER_NANOS - 1);
    assertThat(epochs.find(epoch.localIndex())).isSameAs(epoch);
    upkeep.eraseRetired(now + RetiredEpochs.ERASE_AFTER_NANOS);
    assertThat(epochs.find(epoch.localIndex())).isNull();
  }

  @Test
  void aHandshakeThatCompletesEndsItsRetries() {
    upkeep.shakeHands(peer, now);
    pass(SECOND);
    int before = outlet.initiations;
    assertThat(before).isGreaterThan(1);
    connected();
    pass(60 * SECOND);
    assertThat(outlet.initiations).isEqualTo(before);
  }
}
