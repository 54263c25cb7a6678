package org.p2pvpn.overlay.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.p2pvpn.overlay.session.Way;
import org.p2pvpn.overlay.wire.ControlMessage.Extend;
import org.p2pvpn.overlay.wire.ControlMessage.Retract;
import org.p2pvpn.overlay.wire.ExtendRefusal;
import org.p2pvpn.overlay.wire.ReachMessage.Introduce;
import org.p2pvpn.overlay.wire.ReachMessage.Introduced;
import org.p2pvpn.overlay.wire.ReachMessage.Meet;
import org.p2pvpn.overlay.wire.ReachMessage.Met;
import org.p2pvpn.overlay.wire.ReachMessage.NotIntroduced;
import org.p2pvpn.overlay.wire.ReachMessage.Observed;
import org.p2pvpn.overlay.wire.ReachMessage.Reason;

final class ReachTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final InetSocketAddress HOLE = at("45.7.0.2", 4000);
  private static final InetSocketAddress SIX = at("2a10:7::2", 28_790);

  private final ReachWorld world = new ReachWorld();
  private final Peer carol = world.connected(3);

  private static InetSocketAddress at(String address, int port) {
    return new InetSocketAddress(InetAddress.ofLiteral(address), port);
  }

  /** A peer that did not answer the first call, and whom carol has introduced. */
  private Peer introduced(InetSocketAddress... places) {
    Peer bob = world.peer(2);
    world.initiate(bob, 2);
    answerLast(carol, places);
    return bob;
  }

  private void answerLast(Peer common, InetSocketAddress... places) {
    long nonce = world.said(Introduce.class).getLast().nonce();
    world.calls.clear();
    world.reach.onMessage(common, new Introduced(nonce, 1000, List.of(places)), world.now);
  }

  private Extend extend() {
    return world.told(Extend.class).getLast();
  }

  @Test
  void whoAnswersTheFirstCallIsNotLookedFor() {
    assertThat(world.initiate(world.peer(2), 1)).isFalse();
    assertThat(world.said(Introduce.class)).isEmpty();
  }

  @Test
  void theNearestCommonPeersAreAskedAndNotMoreThanThree() {
    for (int number = 10; number < 20; number++) {
      world.connected(number);
    }
    world.initiate(world.peer(2), 2);
    assertThat(world.said(Introduce.class)).hasSize(3);
  }

  @Test
  void whenTheNearestDoNotKnowItTheOthersAreAskedAtOnce() {
    for (int number = 10; number < 30; number++) {
      world.connected(number);
    }
    Peer bob = world.peer(2);
    world.initiate(bob, 2);
    for (int asked = 3; asked <= 12; asked += 3) {
      List<Introduce> said = world.said(Introduce.class);
      assertThat(said).hasSize(asked);
      world.peersTold(Introduce.class).subList(asked - 3, asked).forEach(this::decline);
    }
    assertThat(world.said(Introduce.class)).as("the rest have time").hasSize(12);
    assertThat(world.peersTold(Introduce.class)).doesNotHaveDuplicates();
    world.pass(5 * SECOND);
    world.initiate(bob, 3);
    assertThat(world.said(Introduce.class)).hasSize(15);
    assertThat(world.peersTold(Introduce.class)).doesNotHaveDuplicates();
  }

  @Test
  void whoCouldNotHelpIsAskedAgainWhenNobodyElseIsLeft() {
    Peer bob = world.peer(2);
    world.initiate(bob, 2);
    decline(carol);
    assertThat(world.said(Introduce.class)).hasSize(1);
    world.pass(5 * SECOND);
    world.initiate(bob, 3);
    assertThat(world.said(Introduce.class)).hasSize(2);
  }

  private void decline(Peer common) {
    long nonce = world.said(Introduce.class).getLast().nonce();
    world.reach.onMessage(common, new NotIntroduced(nonce, Reason.NOT_HERE), world.now);
  }

  @Test
  void theSessionGoesThroughTheIntroducerUntilACallIsAnswered() {
    Peer bob = introduced(HOLE);
    assertThat(extend().next()).isEqualTo(bob.id);
    assertThat(world.reach.onExtended(carol, extend().index(), world.now)).isTrue();
    assertThat(world.nested).containsExactly(new Way(List.of(carol.session)));
    world.establish(bob, world.nested.getFirst(), true);
    assertThat(world.reach.relayOf(bob)).isSameAs(carol);
    assertThat(bob.isStraight()).isFalse();
    world.pass(SECOND);
    bob.session.moveTo(HOLE);
    world.establish(bob, null, true);
    assertThat(world.reach.relayOf(bob)).isNull();
    assertThat(world.told(Retract.class)).as("what is on its way may still come").isEmpty();
    world.pass(6 * SECOND);
    assertThat(world.told(Retract.class)).containsExactly(new Retract(extend().index()));
  }

  @Test
  void aRelayedSessionIsTriedAgainEveryMinute() {
    Peer bob = introduced(HOLE);
    world.reach.onExtended(carol, extend().index(), world.now);
    world.establish(bob, world.nested.getFirst(), true);
    int asked = world.said(Introduce.class).size();
    world.pass(59 * SECOND);
    assertThat(world.said(Introduce.class)).hasSize(asked);
    world.pass(2 * SECOND);
    assertThat(world.said(Introduce.class)).hasSize(asked + 1);
    answerLast(carol, HOLE);
    assertThat(world.calls).as("called at once").isNotEmpty();
    assertThat(bob.session.isNested()).as("and the session stays where it is").isTrue();
  }

  @Test
  void anotherIntroducerLeadsThereWhenTheFirstDoesNotRelay() {
    Peer dave = world.connected(4);
    Peer bob = introduced(HOLE);
    answerLast(dave, HOLE);
    int first = extend().index();
    world.reach.onExtendRefused(carol, first, ExtendRefusal.NO_RELAY, world.now);
    assertThat(extend().index()).isNotEqualTo(first);
    world.reach.onExtended(dave, extend().index(), world.now);
    assertThat(world.nested).containsExactly(new Way(List.of(dave.session)));
    assertThat(world.reach.detours().trouble(bob)).contains("node-3");
  }

  @Test
  void anAnswerThatNobodyAskedForCallsNobody() {
    introduced(HOLE);
    world.calls.clear();
    int extended = world.told(Extend.class).size();
    world.reach.onMessage(carol, new Introduced(12_345, 0, List.of(SIX)), world.now);
    Peer dave = world.connected(4);
    long nonce = world.said(Introduce.class).getLast().nonce();
    world.reach.onMessage(dave, new Introduced(nonce, 0, List.of(SIX)), world.now);
    world.pass(SECOND / 100);
    assertThat(world.calls).isEmpty();
    assertThat(world.told(Extend.class)).hasSize(extended);
  }

  @Test
  void whomWeHideFromIsNeitherLookedForNorMetNorAsked() {
    Peer bob = world.peer(2);
    world.hidden.add(bob);
    world.initiate(bob, 5);
    assertThat(world.sent).isEmpty();
    world.reach.onMessage(carol, new Meet(1, bob.id, 0, List.of(HOLE)), world.now);
    assertThat(world.said(NotIntroduced.class))
        .containsExactly(new NotIntroduced(1, Reason.UNWILLING));
    world.pass(SECOND);
    assertThat(world.calls).isEmpty();
    world.hidden.add(carol);
    world.initiate(world.peer(5), 2);
    assertThat(world.said(Introduce.class)).isEmpty();
  }

  @Test
  void whoIsToBeMetCallsWhenTheOtherOneDoesIpv6First() {
    Peer bob = world.peer(2);
    long began = world.now;
    world.reach.onMessage(carol, new Meet(9, bob.id, 30_000, List.of(HOLE, SIX)), world.now);
    assertThat(world.said(Met.class)).hasSize(1);
    world.pass(29 * ReachWorld.MILLI);
    assertThat(world.calls).isEmpty();
    world.pass(2 * SECOND);
    assertThat(world.calls.get(0))
        .isEqualTo(new ReachWorld.Call(SIX, began + 30 * ReachWorld.MILLI));
    assertThat(world.calls.get(1))
        .isEqualTo(
            new ReachWorld.Call(HOLE, began + 30 * ReachWorld.MILLI + Puncher.IPV4_LATER_NANOS));
    assertThat(world.initiations).as("one Diffie-Hellman a round").isEqualTo(3);
    assertThat(world.calls).hasSize(6);
  }

  @Test
  void aStrangerIsAskedAboutAndNotMetWhenNobodyKnowsIt() {
    world.reach.onMessage(
        carol, new Meet(9, TestPeers.address(8, null).nodeId(), 0, List.of(HOLE)), world.now);
    assertThat(world.askedAbout).hasSize(1);
    world.pass(2 * SECOND);
    assertThat(world.calls).isEmpty();
    assertThat(world.said(NotIntroduced.class)).hasSize(1);
  }

  @Test
  void aVictimThatIsNamedTenThousandTimesGetsAHandful() {
    Peer bob = world.peer(2);
    for (int i = 0; i < 10_000; i++) {
      world.reach.onMessage(
          carol, new Meet(i, bob.id, 0, List.of(at("66.6.6.6", 1 + i))), world.now);
      world.pass(ReachWorld.MILLI);
    }
    assertThat(world.calls).hasSizeBetween(1, 11);
    assertThat(world.count("punches_withheld")).isPositive();
  }

  @Test
  void placesThatAreNoneAreNotCalled() {
    world.reach.onLocal(List.of(at("192.168.1.2", 28_790)));
    world.calls.clear();
    introduced(at("127.0.0.1", 53), at("224.0.0.1", 53), at("192.168.1.2", 28_790));
    world.pass(SECOND);
    assertThat(world.calls).isEmpty();
  }

  @Test
  void weTellAPeerWhereWeSeeItAndAgainWhenItMoves() {
    world.pass(SECOND);
    assertThat(world.said(Observed.class)).containsExactly(new Observed(TestPeers.endpoint(3)));
    carol.session.moveTo(HOLE);
    world.pass(SECOND);
    assertThat(world.said(Observed.class)).hasSize(2).contains(new Observed(HOLE));
  }

  @Test
  void whoCameByARelayIsNotToldTheRelaysPlace() {
    Peer bob = world.peer(2);
    bob.session.moveTo(TestPeers.endpoint(3));
    world.establish(bob, null, false);
    assertThat(world.reach.relayOf(bob)).isSameAs(carol);
    world.pass(SECOND);
    assertThat(world.said(Observed.class)).containsExactly(new Observed(TestPeers.endpoint(3)));
    bob.session.moveTo(HOLE);
    world.pass(SECOND);
    assertThat(world.reach.relayOf(bob)).isNull();
  }

  @Test
  void aMoveIsToldAtOnceAndWhoDoesNotAnswerIsCalled() {
    Peer dave = world.connected(4);
    world.reach.onMoved(List.of(HOLE), world.now);
    assertThat(world.pinged).containsExactlyInAnyOrder(carol, dave);
    world.pass(SECOND / 10);
    carol.session.onReceived(0, world.now);
    world.pass(SECOND);
    assertThat(world.called).containsExactly(dave);
  }

  /**
   * Our own interface comes up after the first peers have spoken, and they will not say it again.
   */
  @Test
  void whatPeersSaidHoldsUntilOurOwnAddressesChange() {
    InetSocketAddress seen = TestPeers.endpoint(9);
    world.reach.onLocal(List.of(SIX));
    world.reach.onMessage(carol, new Observed(seen), world.now);
    assertThat(world.reach.own().reports()).hasSize(1);
    world.reach.onMoved(List.of(SIX), world.now);
    assertThat(world.reach.own().reports()).hasSize(1);
    assertThat(world.reach.observed()).containsExactly(seen);
    world.reach.onMoved(List.of(), world.now);
    assertThat(world.reach.own().reports()).isEmpty();
  }

  @Test
  void nothingForgetsWhoseOwnAddressIsSeen() {
    InetSocketAddress seen = TestPeers.endpoint(9);
    assertThat(world.reach.isForgotten(carol)).isTrue();
    world.reach.onLocal(List.of(seen));
    world.reach.onMessage(carol, new Observed(seen), world.now);
    assertThat(world.reach.isForgotten(carol)).isFalse();
    carol.session.moveTo(SIX);
    assertThat(world.reach.isForgotten(carol)).isTrue();
    world.reach.onLocal(List.of());
    carol.session.moveTo(TestPeers.endpoint(3));
    assertThat(world.reach.isForgotten(carol)).isTrue();
  }

  @Test
  void theOneBetweenTellsBothWhereItSeesThem() {
    Peer alice = world.connected(1);
    world.reach.onMessage(alice, new Introduce(77, carol.id, List.of(SIX)), world.now);
    Meet meet = world.said(Meet.class).getFirst();
    assertThat(meet.with()).isEqualTo(alice.id);
    assertThat(meet.at()).containsExactly(TestPeers.endpoint(1), SIX);
    assertThat(meet.nonce()).as("nobody else's to use").isNotEqualTo(77);
    Peer mallory = world.connected(6);
    world.reach.onMessage(mallory, new Met(meet.nonce(), List.of(HOLE)), world.now);
    assertThat(world.said(Introduced.class)).isEmpty();
    world.reach.onMessage(carol, new Met(meet.nonce(), List.of()), world.now);
    assertThat(world.said(Introduced.class).getFirst().nonce()).isEqualTo(77);
    assertThat(world.said(Introduced.class).getFirst().at()).containsExactly(TestPeers.endpoint(3));
  }

  @Test
  void nobodyIsIntroducedToWhomWeDoNotTalkWith() {
    Peer alice = world.connected(1);
    Peer bob = world.peer(2);
    world.reach.onMessage(alice, new Introduce(1, bob.id, List.of()), world.now);
    assertThat(world.said(NotIntroduced.class))
        .containsExactly(new NotIntroduced(1, Reason.NOT_HERE));
  }

  @Test
  void whoAsksTooOftenIsRefusedAndTheOneAskedForHasPeace() {
    Peer alice = world.connected(1);
    for (int i = 0; i < 1000; i++) {
      world.reach.onMessage(alice, new Introduce(i, carol.id, List.of()), world.now);
    }
    assertThat(world.said(Meet.class)).hasSize((int) Introducer.ASKED_BURST);
    assertThat(world.said(NotIntroduced.class)).hasSize(1000 - (int) Introducer.ASKED_BURST);
  }
}
