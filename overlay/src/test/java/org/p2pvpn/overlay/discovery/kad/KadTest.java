package org.p2pvpn.overlay.discovery.kad;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.p2pvpn.overlay.discovery.advert.Moment;
import org.p2pvpn.overlay.discovery.advert.Role;
import org.p2pvpn.overlay.identity.NodeId;
import org.p2pvpn.overlay.wire.KadMessage;

/** One node, and what others do to it. Adverts are the numbers of {@link Nodes}. */
final class KadTest implements Kad.Outlet, Judge {
  private record Asked(Contact to, KadMessage question) {}

  private final List<Asked> asked = new ArrayList<>();
  private final List<KadMessage> answers = new ArrayList<>();
  private final Kad kad = new Kad(Nodes.node(0).id(), this, new Random(1), this, Nodes.at(0));
  private final List<@Nullable Contact> found = new ArrayList<>();

  @Test
  void nobodyIsInTheTableBeforeItAnswered() {
    kad.meet(Nodes.node(1), Nodes.at(0));
    assertThat(kad.contacts()).isEmpty();
    int query = asked.getFirst().question.query();
    kad.on(Nodes.node(2).id(), new KadMessage.Alive(query, new byte[0]), Nodes.at(1));
    assertThat(kad.contacts()).as("another answered").isEmpty();
    kad.on(Nodes.node(1).id(), new KadMessage.Alive(query, new byte[0]), Nodes.at(1));
    assertThat(kad.contacts()).hasSize(1);
  }

  @Test
  void anAnswerToNothingIsCountedAndNoMore() {
    kad.on(Nodes.node(1).id(), nodes(7, 2, 3), Nodes.at(0));
    assertThat(kad.counters().get(KadEvent.ANSWERS_UNASKED)).isOne();
    assertThat(kad.contacts()).isEmpty();
    assertThat(asked).isEmpty();
  }

  @Test
  void whoAsksIsNotTakenInForAsking() {
    kad.on(Nodes.node(1).id(), new KadMessage.Find(1, Nodes.node(5).id()), Nodes.at(0));
    assertThat(answers).hasSize(1);
    assertThat(kad.contacts()).isEmpty();
  }

  @Test
  void aLookupEndsThoughAllNameEachOther() {
    know(1, 2, 3);
    kad.find(Nodes.node(1_000).id(), (lookup, _) -> found.add(lookup.node()), Nodes.at(2));
    int answered = 0;
    for (int i = 0; i < 2_000 && found.isEmpty(); i++) {
      Asked next = asked.removeFirst();
      answered++;
      // Each names ten who were never heard of, itself, and us.
      int[] named = IntStream.range(10 + 10 * i, 20 + 10 * i).toArray();
      kad.on(next.to.id(), nodes(next.question.query(), named), Nodes.at(2));
    }
    assertThat(found).containsOnlyNulls().hasSize(1);
    assertThat(answered).isLessThanOrEqualTo(KadLimits.PATHS * KadLimits.PATH_QUESTIONS_MAX);
  }

  @Test
  void whoNamesItselfOrUsIsCounted() {
    know(1);
    kad.find(Nodes.node(1_000).id(), (lookup, _) -> found.add(lookup.node()), Nodes.at(2));
    kad.on(Nodes.node(1).id(), nodes(asked.getLast().question.query(), 1, 0), Nodes.at(2));
    assertThat(kad.counters().get(KadEvent.ANSWERS_NAME_ASKER)).isEqualTo(2);
    assertThat(found).containsOnlyNulls().hasSize(1);
  }

  @Test
  void aProviderThatDoesNotSayThatItIsOneIsNone() {
    know(1);
    List<Contact> providers = new ArrayList<>();
    kad.findProviders(
        Role.EXIT, "SE", 4, (lookup, _) -> providers.addAll(lookup.providers()), Nodes.at(2));
    KadMessage.Nodes relays = nodes(asked.getLast().question.query(), 5, 6);
    kad.on(
        Nodes.node(1).id(),
        new KadMessage.Nodes(relays.query(), 0, 1, 2, relays.adverts()),
        Nodes.at(2));
    assertThat(providers).isEmpty();
    assertThat(kad.counters().get(KadEvent.ANSWERS_FALSE)).isEqualTo(2);
  }

  @Test
  void nobodyStoresAnothersAdvert() {
    kad.on(Nodes.node(1).id(), new KadMessage.Store(9, 0, bytes(2)), Nodes.at(0));
    kad.on(Nodes.node(2).id(), new KadMessage.Store(9, 0, bytes(2)), Nodes.at(0));
    assertThat(answers)
        .containsExactly(
            new KadMessage.Stored(9, KadMessage.Keeping.REFUSED),
            new KadMessage.Stored(9, KadMessage.Keeping.KEPT));
  }

  @Test
  void aPeerThatAsksTooFastGetsNoAnswer() {
    for (int i = 0; i < 1_000; i++) {
      kad.on(Nodes.node(1).id(), new KadMessage.Probe(i, 0), Nodes.at(0));
    }
    assertThat(answers).hasSize((int) KadLimits.PEER_QUESTIONS_BURST);
    assertThat(kad.counters().get(KadEvent.QUESTIONS_OVER_RATE)).isEqualTo(960);
  }

  /** Those that are out together are one miss. */
  @Test
  void whoMissesTwoQuestionsInARowIsOut() {
    know(1);
    kad.onTick(Nodes.at(600));
    assertThat(asked).hasSizeGreaterThan(1);
    kad.onTick(Nodes.at(603));
    assertThat(kad.contacts()).hasSize(1);
    kad.onTick(Nodes.at(606));
    assertThat(kad.contacts()).isEmpty();
  }

  @Test
  void nodesOfTheLastRunAreAskedFirst() {
    kad.restore(List.of(Nodes.node(1), Nodes.node(2)), Nodes.at(0));
    kad.onTick(Nodes.at(1));
    assertThat(asked).extracting(one -> one.to.id()).containsExactly(idOf(1), idOf(2));
    assertThat(kad.contacts()).isEmpty();
  }

  /** They answer a probe each, and are in the table. */
  private void know(int... numbers) {
    for (int number : numbers) {
      kad.meet(Nodes.node(number), Nodes.at(0));
      int query = asked.removeLast().question.query();
      kad.on(idOf(number), new KadMessage.Alive(query, new byte[0]), Nodes.at(0));
    }
  }

  private static NodeId idOf(int number) {
    return Nodes.node(number).id();
  }

  private static byte[] bytes(int number) {
    return Nodes.node(number).signed().toBytes();
  }

  private static KadMessage.Nodes nodes(int query, int... numbers) {
    List<byte[]> adverts = IntStream.of(numbers).mapToObj(KadTest::bytes).toList();
    return new KadMessage.Nodes(query, 0, 1, 0, adverts);
  }

  @Override
  public void ask(Contact to, List<InetSocketAddress> at, KadMessage question) {
    asked.add(new Asked(to, question));
  }

  @Override
  public void answer(NodeId to, KadMessage answer) {
    answers.add(answer);
  }

  @Override
  public Contact read(byte[] advert, NodeId from, Moment now) {
    return Nodes.node((advert[0] & 255) << 8 | (advert[1] & 255));
  }

  @Override
  public boolean isGenuine(Contact contact, NodeId from, Moment now) {
    return true;
  }
}
