package org.p2pvpn.overlay.discovery.advert;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.p2pvpn.overlay.discovery.advert.AdvertCheck.Outcome;
import org.p2pvpn.overlay.discovery.advert.AdvertCheck.Refused;
import org.p2pvpn.overlay.discovery.advert.AdvertCheck.Taken;
import org.p2pvpn.overlay.discovery.advert.proto.AdvertProto;
import org.p2pvpn.overlay.identity.NodeId;

final class AdvertCheckTest {
  private static final NodeId PEER = Sample.id(200);

  private final AdvertCounters counters = new AdvertCounters();
  private final AdvertBook book = new AdvertBook(Sample.id(0));
  private final AdvertCheck check =
      new AdvertCheck(AdvertRules.INTERNET, book, new VerifyBudget(0), counters);

  private Outcome take(byte[] bytes) {
    return check.take(bytes, PEER, null, Sample.MOMENT);
  }

  private AdvertRefusal why(byte[] bytes) {
    return why(take(bytes));
  }

  private static AdvertRefusal why(Outcome outcome) {
    assertThat(outcome).isInstanceOf(Refused.class);
    return ((Refused) outcome).why();
  }

  private static AdvertProto.Endpoint endpoint(int... address) {
    byte[] bytes = new byte[address.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) address[i];
    }
    return AdvertProto.Endpoint.newBuilder()
        .setAddress(ByteString.copyFrom(bytes))
        .setPort(28790)
        .build();
  }

  @Test
  void takesARightAdvertOnce() {
    byte[] bytes = Sample.advert(1, 5).toBytes();
    assertThat(take(bytes)).isInstanceOf(Taken.class);
    assertThat(why(bytes)).isEqualTo(AdvertRefusal.KNOWN);
    assertThat(counters.verified()).isEqualTo(1);
    assertThat(counters.taken()).isEqualTo(1);
    assertThat(counters.get(AdvertRefusal.KNOWN)).isEqualTo(1);
  }

  @Test
  void takesNothingOlderThanItHasSeen() {
    take(Sample.advert(1, 5).toBytes());
    assertThat(why(Sample.advert(1, 4).toBytes())).isEqualTo(AdvertRefusal.BEHIND);
    // As many as it signed with one sequence: the first counts.
    assertThat(why(Sample.advert(1, 5, "21.0.0.1").toBytes())).isEqualTo(AdvertRefusal.BEHIND);
    assertThat(take(Sample.advert(1, 6).toBytes())).isInstanceOf(Taken.class);
    assertThat(counters.verified()).isEqualTo(2);
  }

  @Test
  void refusesEachForItsReason() {
    Map<AdvertRefusal, byte[]> wrong = new EnumMap<>(AdvertRefusal.class);
    wrong.put(AdvertRefusal.OVERSIZED, new byte[AdvertLimits.SIGNED_BYTES_MAX + 1]);
    wrong.put(AdvertRefusal.MALFORMED, new byte[] {10, 100, 1});
    wrong.put(AdvertRefusal.UNKNOWN_VERSION, Forge.changed(1, body -> body.setVersion(2)));
    wrong.put(AdvertRefusal.EXPIRED, Forge.changed(1, body -> body.setExpires(Sample.NOW)));
    wrong.put(
        AdvertRefusal.FUTURE,
        Forge.changed(1, body -> body.setIssued(Sample.NOW + 601).setExpires(Sample.NOW + 700)));
    wrong.put(
        AdvertRefusal.LONG_LIVED,
        Forge.changed(1, body -> body.setIssued(Sample.NOW).setExpires(Sample.NOW + 901)));
    wrong.put(AdvertRefusal.BAD_VALUE, Forge.changed(1, body -> body.setLoadPercent(101)));
    wrong.put(AdvertRefusal.BAD_ENDPOINT, Sample.advert(1, 5, "192.168.0.1").toBytes());
    wrong.put(AdvertRefusal.OWN, Sample.advert(0, 5).toBytes());
    wrong.put(AdvertRefusal.FORGED, Forge.tampered(1, body -> body.setOperator("mallory")));
    // Each by a peer of its own: some of these cost the peer its share.
    wrong.forEach(
        (why, bytes) -> {
          NodeId peer = Sample.id(why.name().hashCode() & 0xFFFF);
          assertThat(why(check.take(bytes, peer, null, Sample.MOMENT))).isEqualTo(why);
        });
    wrong.forEach((why, _) -> assertThat(counters.get(why)).as(why.name()).isEqualTo(1));
    assertThat(book.highestSequence(Sample.id(1))).isEqualTo(-1);
  }

  /** Each of these is wrong in all that comes later as well; the first check must name it. */
  @Test
  void theCheaperCheckSpeaksFirst() {
    List<Consumer<AdvertProto.AdvertBody.Builder>> wrongs =
        List.of(
            body -> body.setOperator("mallory"),
            body -> body.setSequence(1),
            body -> body.setEndpoints(0, endpoint(10, 0, 0, 1)),
            body -> body.setLoadPercent(101),
            body -> body.setIssued(Sample.NOW + 1200).setExpires(Sample.NOW + 1200 + 901),
            body -> body.setExpires(1),
            body -> body.setVersion(9));
    List<AdvertRefusal> expected =
        List.of(
            AdvertRefusal.FORGED,
            AdvertRefusal.BEHIND,
            AdvertRefusal.BAD_ENDPOINT,
            AdvertRefusal.BAD_VALUE,
            AdvertRefusal.FUTURE,
            AdvertRefusal.EXPIRED,
            AdvertRefusal.UNKNOWN_VERSION);
    take(Sample.advert(1, 4).toBytes());
    List<Consumer<AdvertProto.AdvertBody.Builder>> soFar = new ArrayList<>();
    for (int i = 0; i < wrongs.size(); i++) {
      soFar.add(wrongs.get(i));
      byte[] bytes = Forge.tampered(1, body -> soFar.forEach(wrong -> wrong.accept(body)));
      assertThat(why(bytes)).isEqualTo(expected.get(i));
    }
    assertThat(counters.verified()).isEqualTo(2);
  }

  @Test
  void anothersRecordIsNotTheOneThatWasAskedFor() {
    byte[] bytes = Sample.advert(1, 5).toBytes();
    Outcome outcome = check.take(bytes, PEER, Sample.id(2), Sample.MOMENT);
    assertThat(why(outcome)).isEqualTo(AdvertRefusal.STOLEN);
    assertThat(check.take(bytes, PEER, Sample.id(1), Sample.MOMENT)).isInstanceOf(Taken.class);
  }

  @Test
  void anothersKeyWithOnesOwnAddressIsForged() {
    byte[] stolen = Forge.tampered(1, body -> body.setEndpoints(0, endpoint(66, 6, 6, 6)));
    assertThat(why(stolen)).isEqualTo(AdvertRefusal.FORGED);
    byte[] signedByAnother = Forge.signed(2, AdvertCodec.body(bodyOf(1)));
    assertThat(why(check.take(signedByAnother, Sample.id(201), null, Sample.MOMENT)))
        .isEqualTo(AdvertRefusal.FORGED);
  }

  private static Advert bodyOf(int node) {
    return new Advert(Sample.signer(node).keys(), Sample.validity(5), Sample.relay("20.0.0.1"));
  }

  @Test
  void privateAddressesAreForPrivateNetworks() {
    AdvertCheck inLan =
        new AdvertCheck(
            new AdvertRules(EndpointReach.PRIVATE, Puzzle.NONE),
            book,
            new VerifyBudget(0),
            counters);
    byte[] lan = Sample.advert(1, 5, "192.168.0.1", "fd00::1").toBytes();
    byte[] loopback = Sample.advert(2, 5, "127.0.0.1").toBytes();
    assertThat(inLan.take(lan, PEER, null, Sample.MOMENT)).isInstanceOf(Taken.class);
    assertThat(why(inLan.take(loopback, PEER, null, Sample.MOMENT)))
        .isEqualTo(AdvertRefusal.BAD_ENDPOINT);
  }

  @Test
  void aKeyThatCostNothingIsRefusedBeforeTheSignature() {
    AdvertCheck puzzled =
        new AdvertCheck(
            new AdvertRules(EndpointReach.GLOBAL, (_, nonce) -> nonce == 7),
            book,
            new VerifyBudget(0),
            counters);
    byte[] unsolved = Forge.tampered(1, body -> body.setPuzzleNonce(6));
    byte[] solved = Forge.changed(1, body -> body.setPuzzleNonce(7));
    assertThat(why(puzzled.take(unsolved, PEER, null, Sample.MOMENT)))
        .isEqualTo(AdvertRefusal.UNSOLVED);
    assertThat(counters.verified()).isZero();
    assertThat(puzzled.take(solved, PEER, null, Sample.MOMENT)).isInstanceOf(Taken.class);
  }

  @Test
  void oneForgedAdvertCostsThePeerAMinute() {
    assertThat(why(Forge.tampered(1, body -> body.setOperator("mallory"))))
        .isEqualTo(AdvertRefusal.FORGED);
    byte[] right = Sample.advert(2, 5).toBytes();
    assertThat(why(right)).isEqualTo(AdvertRefusal.OVER_BUDGET);
    Moment later = new Moment(Sample.NOW + 61, 61_000_000_000L);
    assertThat(check.take(right, PEER, null, later)).isInstanceOf(Taken.class);
    assertThat(check.take(Sample.advert(3, 5).toBytes(), Sample.id(3), null, later))
        .isInstanceOf(Taken.class);
  }

  /** The discovery issue's flood: 20,000 a second, here from a hundred peers for three seconds. */
  @Test
  void aFloodIsVerifiedAtMostTwoHundredTimesASecondAndAnHonestAdvertGetsThrough() {
    byte[] junk = Forge.tampered(1, body -> body.setOperator("mallory"));
    NodeId[] flooders = IntStream.range(1_000, 1_100).mapToObj(Sample::id).toArray(NodeId[]::new);
    int seconds = 3;
    boolean taken = false;
    for (int i = 0; i < seconds * 20_000; i++) {
      Moment now = new Moment(Sample.NOW, i * 50_000L);
      check.take(junk, flooders[i % 100], null, now);
      if (i % 20_000 == 10_000) {
        byte[] honest = Sample.advert(300, 5 + i).toBytes();
        taken |= check.take(honest, Sample.id(300), null, now) instanceof Taken;
      }
    }
    assertThat(counters.verified()).isLessThanOrEqualTo(50 + 200 * seconds);
    assertThat(taken).isTrue();
  }
}
