package org.p2pvpn.noise;

import static org.p2pvpn.noise.HandshakeWire.*;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.noise.suite.Kem;
import org.p2pvpn.noise.suite.NoiseIk;
import org.p2pvpn.noise.suite.StaticKey;

/**
 * The side that asks. One object a try: a retry is a new object with a new ephemeral key and a
 * newer timestamp. Owned by one thread.
 *
 * <p>A datagram that is not the answer changes nothing, so a forged one cannot kill the handshake:
 * noise-java spoils its state when it reads one, hence the state is then built again from the same
 * ephemeral key. That costs about 1.5 ms for each forgery with a right index and mac1, which only
 * someone on the path who also knows our static key can make; they could drop the answer as well.
 */
public final class Initiator implements AutoCloseable {
  /** What a datagram turned out to be. */
  public sealed interface Response permits Established, Refused, HandshakeVerdict {}

  /** The keys are the receiver's to close. */
  public record Established(EpochKeys keys, int peerIndex) implements Response {}

  /** The authentic responder said no. */
  public record Refused(Refusal reason) implements Response {}

  private static final SecureRandom RANDOM = new SecureRandom();

  private final Identity identity;
  private final Suite suite;
  private final byte[] responderStatic;
  private final int senderIndex;
  private final StaticKey ephemeral = StaticKey.generate();
  private final Kem kem = Kem.generate(RANDOM);
  private final byte[] payload;
  private final byte[] initiation;
  private final Macs answers;
  private final @Nullable NetworkKey network;

  /** Null while it must be built: after a forgery, and once the answer is in. */
  private @Nullable NoiseIk noise;

  private boolean over;

  /** For a node of no private network. */
  public Initiator(
      Identity identity,
      Suite suite,
      byte[] responderStatic,
      int senderIndex,
      long timestamp,
      byte[] token,
      byte @Nullable [] cookie) {
    this(identity, suite, responderStatic, senderIndex, timestamp, token, cookie, null);
  }

  /**
   * Makes the keys and the initiation of one try.
   *
   * @param responderStatic a key that {@link Identity#isStaticKey} found good
   * @param token 16 bytes, all zero for none
   * @param cookie 16 bytes from this responder's cookie reply, if it sent one
   * @param network that both are in, or null
   */
  public Initiator(
      Identity identity,
      Suite suite,
      byte[] responderStatic,
      int senderIndex,
      long timestamp,
      byte[] token,
      byte @Nullable [] cookie,
      @Nullable NetworkKey network) {
    requireLength("responder's static key", responderStatic, STATIC_KEY_BYTES);
    requireLength("token", token, TOKEN_BYTES);
    if (!Identity.isStaticKey(responderStatic)) {
      throw new IllegalArgumentException("responder's static key is no X25519 key");
    }
    this.identity = identity;
    this.suite = suite;
    this.responderStatic = responderStatic.clone();
    this.senderIndex = senderIndex;
    this.payload = payload(timestamp, token);
    this.network = network;
    this.answers = new Macs(identity.staticKey(), network);
    this.initiation = new byte[INITIATION_BYTES];
    putHeader(initiation, TYPE_INITIATION, suite.wireByte());
    putInt(initiation, SENDER_INDEX_AT, senderIndex);
    this.noise = start(initiation);
    new Macs(responderStatic, network).writeMac1(initiation);
    if (cookie != null) {
      requireLength("cookie", cookie, COOKIE_BYTES);
      Macs.writeMac2(initiation, cookie);
    }
  }

  private byte[] payload(long timestamp, byte[] token) {
    byte[] bytes = new byte[INITIATION_PAYLOAD_BYTES];
    putLong(bytes, TIMESTAMP_AT, timestamp);
    System.arraycopy(kem.encapsulationKey(), 0, bytes, KEM_KEY_AT, Kem.ENCAPSULATION_KEY_BYTES);
    System.arraycopy(identity.signingKey(), 0, bytes, SIGNING_KEY_AT, SIGNING_KEY_BYTES);
    System.arraycopy(identity.binding(), 0, bytes, BINDING_AT, BINDING_BYTES);
    System.arraycopy(token, 0, bytes, TOKEN_AT, TOKEN_BYTES);
    return bytes;
  }

  /** Writes message 1; the same bytes each time, since the ephemeral key is the same. */
  private NoiseIk start(byte[] datagram) {
    NoiseIk fresh =
        NoiseIk.initiator(
            suite.protocolName(),
            prologue(initiation, network),
            identity.noiseKey(),
            responderStatic,
            ephemeral);
    int written = fresh.write(datagram, INITIATION_NOISE_AT, payload);
    assert written == INITIATION_NOISE_BYTES : written;
    return fresh;
  }

  /** The whole datagram to send, every time the same. */
  public byte[] initiation() {
    return initiation.clone();
  }

  public int senderIndex() {
    return senderIndex;
  }

  /** Reads what may be the response. A {@link HandshakeVerdict} leaves everything as it was. */
  public Response handle(byte[] datagram, int length) {
    HandshakeVerdict fault = fault(datagram, length);
    if (fault != null) {
      return fault;
    }
    byte[] answer = new byte[RESPONSE_PAYLOAD_BYTES];
    NoiseIk reader = noise != null ? noise : start(new byte[INITIATION_BYTES]);
    noise = null;
    try (reader) {
      if (!reader.read(datagram, RESPONSE_NOISE_AT, RESPONSE_NOISE_BYTES, answer)) {
        return HandshakeVerdict.NOT_AUTHENTIC;
      }
      int peerIndex = getInt(answer, CONFIRMED_INDEX_AT);
      if (peerIndex != getInt(datagram, SENDER_INDEX_AT)) {
        return HandshakeVerdict.WRONG_INDEX;
      }
      over = true;
      if (answer[STATUS_AT] != Refusal.ACCEPTED) {
        return new Refused(Refusal.ofWireByte(answer[STATUS_AT]));
      }
      return new Established(keys(reader, answer), peerIndex);
    }
  }

  private EpochKeys keys(NoiseIk reader, byte[] answer) {
    byte[] secret =
        kem.decapsulate(Arrays.copyOfRange(answer, KEM_CIPHERTEXT_AT, RESPONSE_PAYLOAD_BYTES));
    byte[] sendKey = new byte[NoiseIk.DATA_KEY_BYTES];
    byte[] receiveKey = new byte[NoiseIk.DATA_KEY_BYTES];
    reader.split(secret, sendKey, receiveKey);
    Arrays.fill(secret, (byte) 0);
    return new EpochKeys(suite, sendKey, receiveKey);
  }

  /** Everything that can be seen without a Diffie-Hellman. */
  private @Nullable HandshakeVerdict fault(byte[] datagram, int length) {
    if (over) {
      return HandshakeVerdict.ALREADY_ANSWERED;
    }
    if (length != RESPONSE_BYTES || length > datagram.length) {
      return HandshakeVerdict.WRONG_SIZE;
    }
    if (datagram[TYPE_AT] != TYPE_RESPONSE) {
      return HandshakeVerdict.WRONG_TYPE;
    }
    if (datagram[VERSION_AT] != VERSION) {
      return HandshakeVerdict.OTHER_VERSION;
    }
    if (datagram[SUITE_AT] != suite.wireByte()) {
      return HandshakeVerdict.WRONG_SUITE;
    }
    if (getInt(datagram, RECEIVER_INDEX_AT) != senderIndex) {
      return HandshakeVerdict.WRONG_INDEX;
    }
    if (datagram[RESERVED_AT] != 0 || !isZero(datagram, length - MAC_BYTES, MAC_BYTES)) {
      return HandshakeVerdict.RESERVED_NOT_ZERO;
    }
    if (!answers.mac1Valid(datagram, length)) {
      return HandshakeVerdict.WRONG_MAC1;
    }
    return HandshakeVerdict.ofPoint(datagram, RESPONSE_NOISE_AT);
  }

  /** The cookie in a reply to this initiation; empty when the datagram is not that. */
  public Optional<byte[]> cookie(byte[] datagram, int length) {
    return CookieReply.open(datagram, length, initiation, responderStatic);
  }

  /** The responder's wire version, when the datagram is its notice about this initiation. */
  public OptionalInt responderVersion(byte[] datagram, int length) {
    return VersionNotice.read(datagram, length, initiation);
  }

  @Override
  public void close() {
    over = true;
    if (noise != null) {
      noise.close();
      noise = null;
    }
    ephemeral.close();
    kem.close();
    Arrays.fill(payload, (byte) 0);
  }

  @Override
  public String toString() {
    return "Initiator[" + suite + "]";
  }

  private static void requireLength(String what, byte[] bytes, int length) {
    if (bytes.length != length) {
      throw new IllegalArgumentException(what + " has " + length + " bytes, not " + bytes.length);
    }
  }
}
