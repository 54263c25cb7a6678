package org.p2pvpn.noise;

import static org.p2pvpn.noise.HandshakeWire.*;

import java.security.SecureRandom;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.noise.suite.Kem;
import org.p2pvpn.noise.suite.NoiseIk;

/**
 * The side that answers: {@link #open} reads an initiation and says who it is from, the caller
 * decides, and then {@link #accept} or {@link #refuse} makes the one answer. Owned by one thread.
 * What {@code open} refused leaves no state and gets no answer.
 */
public final class Responder implements AutoCloseable {
  /** What a datagram turned out to be. */
  public sealed interface Opening permits Opened, HandshakeVerdict {}

  /** An authentic initiation. The responder is the receiver's to close. */
  public record Opened(Responder responder, Introduction introduction) implements Opening {}

  private static final SecureRandom RANDOM = new SecureRandom();

  private final Suite suite;
  private final NoiseIk noise;
  private final Introduction introduction;
  private final Kem.Encapsulation encapsulation;
  private final @Nullable NetworkKey network;
  private @Nullable EpochKeys keys;
  private boolean answered;

  private Responder(
      Suite suite,
      NoiseIk noise,
      Introduction introduction,
      Kem.Encapsulation encapsulation,
      @Nullable NetworkKey network) {
    this.suite = suite;
    this.noise = noise;
    this.introduction = introduction;
    this.encapsulation = encapsulation;
    this.network = network;
  }

  /** For a node of no private network. */
  public static Opening open(Identity identity, byte[] datagram, int length) {
    return open(identity, null, datagram, length);
  }

  /**
   * Costs two Diffie-Hellmans and a signature check, about 0.6 ms: the caller has asked {@link
   * Macs} and, under load, the {@link CookieIssuer} first. It looks at mac1 again all the same, and
   * not at mac2.
   *
   * @param network that this node is in, or null
   */
  public static Opening open(
      Identity identity, @Nullable NetworkKey network, byte[] datagram, int length) {
    HandshakeVerdict fault = fault(datagram, length);
    if (fault != null) {
      return fault;
    }
    Suite suite = Suite.ofWireByte(datagram[SUITE_AT]);
    if (suite == null) {
      return HandshakeVerdict.WRONG_SUITE;
    }
    if (!new Macs(identity.staticKey(), network).mac1Valid(datagram, length)) {
      return HandshakeVerdict.WRONG_MAC1;
    }
    HandshakeVerdict ephemeralFault = HandshakeVerdict.ofPoint(datagram, INITIATION_NOISE_AT);
    if (ephemeralFault != null) {
      return ephemeralFault;
    }
    NoiseIk noise =
        NoiseIk.responder(suite.protocolName(), prologue(datagram, network), identity.noiseKey());
    Opening opening = read(identity, network, suite, noise, datagram);
    if (opening instanceof HandshakeVerdict) {
      noise.close();
    }
    return opening;
  }

  private static @Nullable HandshakeVerdict fault(byte[] datagram, int length) {
    if (length < INITIATION_NOISE_AT || length > datagram.length) {
      return HandshakeVerdict.WRONG_SIZE;
    }
    if (datagram[TYPE_AT] != TYPE_INITIATION) {
      return HandshakeVerdict.WRONG_TYPE;
    }
    if (datagram[VERSION_AT] != VERSION) {
      return HandshakeVerdict.OTHER_VERSION;
    }
    if (length != INITIATION_BYTES) {
      return HandshakeVerdict.WRONG_SIZE;
    }
    return datagram[RESERVED_AT] != 0 ? HandshakeVerdict.RESERVED_NOT_ZERO : null;
  }

  private static Opening read(
      Identity identity,
      @Nullable NetworkKey network,
      Suite suite,
      NoiseIk noise,
      byte[] datagram) {
    byte[] payload = new byte[INITIATION_PAYLOAD_BYTES];
    if (!noise.read(datagram, INITIATION_NOISE_AT, INITIATION_NOISE_BYTES, payload)) {
      return HandshakeVerdict.NOT_AUTHENTIC;
    }
    byte[] peerStatic = noise.remoteStatic();
    HandshakeVerdict staticFault = HandshakeVerdict.ofPoint(peerStatic, 0);
    if (staticFault != null) {
      return staticFault;
    }
    if (Arrays.equals(peerStatic, identity.staticKey())) {
      return HandshakeVerdict.FROM_OURSELVES;
    }
    byte[] signingKey = Arrays.copyOfRange(payload, SIGNING_KEY_AT, BINDING_AT);
    byte[] binding = Arrays.copyOfRange(payload, BINDING_AT, TOKEN_AT);
    if (!Identity.verifyBinding(signingKey, peerStatic, binding)) {
      return HandshakeVerdict.WRONG_BINDING;
    }
    Kem.Encapsulation encapsulation =
        Kem.encapsulate(Arrays.copyOfRange(payload, KEM_KEY_AT, SIGNING_KEY_AT), RANDOM);
    if (encapsulation == null) {
      return HandshakeVerdict.INVALID_KEM_KEY;
    }
    Introduction introduction =
        new Introduction(
            suite,
            getInt(datagram, SENDER_INDEX_AT),
            getLong(payload, TIMESTAMP_AT),
            peerStatic,
            signingKey,
            Arrays.copyOfRange(payload, TOKEN_AT, INITIATION_PAYLOAD_BYTES));
    return new Opened(
        new Responder(suite, noise, introduction, encapsulation, network), introduction);
  }

  /** The response that lets the peer in; after it {@link #keys} has the epoch's keys. */
  public byte[] accept(int senderIndex) {
    byte[] payload = new byte[RESPONSE_PAYLOAD_BYTES];
    payload[STATUS_AT] = Refusal.ACCEPTED;
    byte[] ciphertext = encapsulation.ciphertext();
    System.arraycopy(ciphertext, 0, payload, KEM_CIPHERTEXT_AT, ciphertext.length);
    byte[] response = answer(senderIndex, payload);
    byte[] sendKey = new byte[NoiseIk.DATA_KEY_BYTES];
    byte[] receiveKey = new byte[NoiseIk.DATA_KEY_BYTES];
    noise.split(encapsulation.secret(), sendKey, receiveKey);
    keys = new EpochKeys(suite, sendKey, receiveKey);
    return response;
  }

  /** The response that says no; on the wire it looks like the other one. */
  public byte[] refuse(Refusal reason) {
    byte[] payload = new byte[RESPONSE_PAYLOAD_BYTES];
    payload[STATUS_AT] = reason.wireByte();
    return answer(RANDOM.nextInt(), payload);
  }

  private byte[] answer(int senderIndex, byte[] payload) {
    if (answered) {
      throw new IllegalStateException("this initiation has its answer");
    }
    answered = true;
    byte[] response = new byte[RESPONSE_BYTES];
    putHeader(response, TYPE_RESPONSE, suite.wireByte());
    putInt(response, SENDER_INDEX_AT, senderIndex);
    putInt(payload, CONFIRMED_INDEX_AT, senderIndex);
    putInt(response, RECEIVER_INDEX_AT, introduction.peerIndex());
    int written = noise.write(response, RESPONSE_NOISE_AT, payload);
    assert written == RESPONSE_NOISE_BYTES : written;
    new Macs(introduction.staticKey(), network).writeMac1(response);
    return response;
  }

  /** The keys are the caller's to close; there are none before {@link #accept}. */
  public EpochKeys keys() {
    if (keys == null) {
      throw new IllegalStateException("accept() comes first");
    }
    return keys;
  }

  /** Erases the handshake and not the {@link #keys} it led to. */
  @Override
  public void close() {
    answered = true;
    noise.close();
    encapsulation.close();
  }

  @Override
  public String toString() {
    return "Responder[" + suite + "]";
  }
}
