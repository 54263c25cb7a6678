package org.p2pvpn.overlay.discovery.lan;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.noise.Identity;
import org.p2pvpn.overlay.discovery.advert.NodeKeys;
import org.p2pvpn.overlay.identity.NodeName;

/**
 * A beacon's bytes. Numbers are big endian, all values ours.
 *
 * <pre>
 *  0  type 6 | version 1 | form | 0
 *  4  nonce 16
 * 20  mark 16             SHA-256("p2pvpn beacon mark 1" ‖ secret ‖ nonce), its first half;
 *                         zeros in form 3
 * 36  body, sealed        ChaCha20-Poly1305, nonce of zeros, the bytes before it as additional
 *                         data, key SHA-256("p2pvpn beacon key 1" ‖ secret ‖ nonce);
 *                         in the clear in form 3
 *     zeros               up to 1440 bytes in form 3
 *
 * body: sequence 8 | port 2 | Ed25519 key 32 | X25519 key 32 | name length 1 | name | signature 64
 * </pre>
 *
 * The secret is the sender's Ed25519 key in form 1, and one derived from the network's in form 2.
 * Signed are {@code "p2pvpn beacon 1"}, a zero byte, bytes 0 to 19, the address it is sent from (16
 * bytes, IPv4 mapped), and the body before the signature: a copy sent from elsewhere is a forgery.
 *
 * <p>In form 3 an initiation may follow from whoever does not know the sender: so it is as long.
 */
final class BeaconCodec {
  static final byte TYPE = 6;
  static final byte VERSION = 1;
  static final int MARK_AT = 20;
  static final int BODY_AT = 36;
  static final int NONCE_BYTES = 16;

  /** An initiation's. */
  static final int OPEN_BYTES = 1440;

  private static final int NONCE_AT = 4;
  private static final int MARK_BYTES = 16;
  private static final int TAG_BYTES = 16;
  private static final int KEY_BYTES = 32;
  private static final int SIGNATURE_BYTES = 64;
  private static final int KEYS_AT = 8 + 2;
  private static final int NAME_LENGTH_AT = KEYS_AT + 2 * KEY_BYTES;
  private static final int NAME_CHARS_MAX = 63;
  static final int BODY_BYTES_MIN = NAME_LENGTH_AT + 1 + SIGNATURE_BYTES;
  static final int SEALED_BYTES_MIN = BODY_AT + BODY_BYTES_MIN + TAG_BYTES;
  static final int SEALED_BYTES_MAX = SEALED_BYTES_MIN + NAME_CHARS_MAX;

  private static final byte[] MARK_LABEL = ascii("p2pvpn beacon mark 1");
  private static final byte[] KEY_LABEL = ascii("p2pvpn beacon key 1");
  private static final byte[] SIGNED_LABEL = ascii("p2pvpn beacon 1\0");

  private BeaconCodec() {}

  /** What a datagram turned out to hold, its signature not looked at yet. */
  @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
  record Opened(Beacon beacon, byte[] body) {}

  /**
   * A beacon, signed.
   *
   * @param secret of the form; empty for {@link Beacon.Form#TO_ALL}
   * @param from the address it will be sent from
   */
  static byte[] write(
      Beacon beacon, Beacon.Form form, byte[] secret, byte[] nonce, byte[] from, Identity signer) {
    byte[] name = ascii(beacon.name());
    byte[] head = new byte[BODY_AT];
    head[0] = TYPE;
    head[1] = VERSION;
    head[2] = form.wireByte();
    System.arraycopy(nonce, 0, head, NONCE_AT, NONCE_BYTES);
    ByteBuffer body = ByteBuffer.allocate(BODY_BYTES_MIN + name.length);
    body.putLong(beacon.sequence()).putShort((short) beacon.port());
    body.put(beacon.keys().signing()).put(beacon.keys().agreement());
    body.put((byte) name.length).put(name);
    body.put(signer.sign(signed(head, from, body.array(), body.position())));
    if (form == Beacon.Form.TO_ALL) {
      byte[] open = Arrays.copyOf(head, OPEN_BYTES);
      System.arraycopy(body.array(), 0, open, BODY_AT, body.capacity());
      return open;
    }
    System.arraycopy(mark(secret, nonce), 0, head, MARK_AT, MARK_BYTES);
    byte[] sealed = cipher(Cipher.ENCRYPT_MODE, secret, nonce, head, body.array());
    byte[] datagram = Arrays.copyOf(head, Math.addExact(BODY_AT, sealed.length));
    System.arraycopy(sealed, 0, datagram, BODY_AT, sealed.length);
    return datagram;
  }

  static Beacon.@Nullable Form form(byte[] datagram) {
    for (Beacon.Form form : Beacon.Form.values()) {
      if (form.wireByte() == datagram[2]) {
        return form;
      }
    }
    return null;
  }

  static boolean isSize(Beacon.Form form, int length) {
    return form == Beacon.Form.TO_ALL
        ? length == OPEN_BYTES
        : length >= SEALED_BYTES_MIN && length <= SEALED_BYTES_MAX;
  }

  /** Whether it was sealed under this secret, as far as 16 bytes of a hash tell. */
  static boolean isMarked(byte[] datagram, byte[] secret) {
    byte[] mark = mark(secret, nonce(datagram));
    return MessageDigest.isEqual(mark, Arrays.copyOfRange(datagram, MARK_AT, MARK_AT + MARK_BYTES));
  }

  /** Null when it is damaged. */
  static @Nullable Opened open(byte[] datagram, byte[] secret) {
    byte[] sealed = Arrays.copyOfRange(datagram, BODY_AT, datagram.length);
    byte[] head = Arrays.copyOf(datagram, BODY_AT);
    byte[] body = cipher(Cipher.DECRYPT_MODE, secret, nonce(datagram), head, sealed);
    return body.length == 0 ? null : read(body);
  }

  static @Nullable Opened openClear(byte[] datagram) {
    for (int i = MARK_AT; i < BODY_AT; i++) {
      if (datagram[i] != 0) {
        return null;
      }
    }
    int length = BODY_BYTES_MIN + (datagram[BODY_AT + NAME_LENGTH_AT] & 0xff);
    if (BODY_AT + length > datagram.length) {
      return null;
    }
    for (int i = BODY_AT + length; i < datagram.length; i++) {
      if (datagram[i] != 0) {
        return null;
      }
    }
    return read(Arrays.copyOfRange(datagram, BODY_AT, BODY_AT + length));
  }

  private static @Nullable Opened read(byte[] body) {
    int nameLength = body.length - BODY_BYTES_MIN;
    if (nameLength < 0 || (body[NAME_LENGTH_AT] & 0xff) != nameLength) {
      return null;
    }
    String name = new String(body, NAME_LENGTH_AT + 1, nameLength, StandardCharsets.US_ASCII);
    ByteBuffer fields = ByteBuffer.wrap(body);
    long sequence = fields.getLong();
    int port = fields.getShort() & 0xffff;
    byte[] signing = new byte[KEY_BYTES];
    byte[] agreement = new byte[KEY_BYTES];
    fields.get(signing).get(agreement);
    boolean sound =
        port != 0
            && sequence > 0
            && (name.isEmpty() || NodeName.isValid(name))
            && Identity.isStaticKey(agreement);
    return sound
        ? new Opened(new Beacon(sequence, port, new NodeKeys(signing, agreement), name), body)
        : null;
  }

  static boolean verify(byte[] datagram, byte[] from, Opened opened) {
    int length = opened.body().length - SIGNATURE_BYTES;
    byte[] signature = Arrays.copyOfRange(opened.body(), length, opened.body().length);
    return Identity.verify(
        opened.beacon().keys().signing(), signed(datagram, from, opened.body(), length), signature);
  }

  private static byte[] signed(byte[] head, byte[] from, byte[] body, int length) {
    ByteBuffer message = ByteBuffer.allocate(SIGNED_LABEL.length + MARK_AT + 16 + length);
    message.put(SIGNED_LABEL).put(head, 0, MARK_AT);
    if (from.length == 4) {
      message.put(new byte[10]).put((byte) 0xff).put((byte) 0xff);
    }
    return message.put(from).put(body, 0, length).array();
  }

  private static byte[] nonce(byte[] datagram) {
    return Arrays.copyOfRange(datagram, NONCE_AT, NONCE_AT + NONCE_BYTES);
  }

  private static byte[] mark(byte[] secret, byte[] nonce) {
    return Arrays.copyOf(hash(MARK_LABEL, secret, nonce), MARK_BYTES);
  }

  /** The key is used once: its nonce is in the hash. Empty when the tag is wrong. */
  private static byte[] cipher(int mode, byte[] secret, byte[] nonce, byte[] head, byte[] text) {
    try {
      Cipher cipher = Cipher.getInstance("ChaCha20-Poly1305");
      cipher.init(
          mode,
          new SecretKeySpec(hash(KEY_LABEL, secret, nonce), "ChaCha20"),
          new IvParameterSpec(new byte[12]));
      cipher.updateAAD(head);
      return cipher.doFinal(text);
    } catch (AEADBadTagException _) {
      return new byte[0];
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has ChaCha20-Poly1305", e);
    }
  }

  private static byte[] hash(byte[] label, byte[] secret, byte[] nonce) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      sha.update(label);
      sha.update(secret);
      return sha.digest(nonce);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
