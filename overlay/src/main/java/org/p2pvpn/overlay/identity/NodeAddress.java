package org.p2pvpn.overlay.identity;

import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.noise.NetworkKey;

/**
 * The line that introduces a node: {@code
 * p2pvpn://KEYS@HOST:PORT[,HOST:PORT...][?token=T&network=K&puzzle=B&name=N]}.
 *
 * <p>KEYS is base64url without padding of the Ed25519 and the X25519 public key and the first four
 * bytes of the SHA-256 of both, so that a typing error is named, not tried. A token makes the line
 * a secret (an invite); {@link #toString} leaves it out.
 */
public final class NodeAddress {
  static final String SCHEME = "p2pvpn://";
  static final int KEY_BYTES = 32;
  static final int CHECKSUM_BYTES = 4;

  /** Ours: an invite is to fit a QR code that a camera reads from a terminal. */
  static final int HOSTS_MAX = 8;

  private final byte[] ed25519PublicKey;
  private final byte[] x25519PublicKey;
  private final List<HostPort> hosts;
  private final @Nullable InviteToken token;
  private final NetworkTerms network;
  private final @Nullable String name;

  public NodeAddress(
      byte[] ed25519PublicKey,
      byte[] x25519PublicKey,
      List<HostPort> hosts,
      @Nullable InviteToken token,
      @Nullable String name) {
    this(ed25519PublicKey, x25519PublicKey, hosts, token, NetworkTerms.USUAL, name);
  }

  /** {@code network} is the one that the node is in; its key is a secret as well. */
  public NodeAddress(
      byte[] ed25519PublicKey,
      byte[] x25519PublicKey,
      List<HostPort> hosts,
      @Nullable InviteToken token,
      NetworkTerms network,
      @Nullable String name) {
    if (ed25519PublicKey.length != KEY_BYTES || x25519PublicKey.length != KEY_BYTES) {
      throw new IllegalArgumentException("public keys have 32 bytes");
    }
    if (hosts.isEmpty() || hosts.size() > HOSTS_MAX) {
      throw new IllegalArgumentException("a node address has 1 to 8 hosts, not " + hosts.size());
    }
    if (name != null && !NodeName.isValid(name)) {
      throw new IllegalArgumentException("name \"" + name + "\": expected " + NodeName.EXPECTED);
    }
    this.ed25519PublicKey = ed25519PublicKey.clone();
    this.x25519PublicKey = x25519PublicKey.clone();
    this.hosts = List.copyOf(hosts);
    this.token = token;
    this.network = network;
    this.name = name;
  }

  /**
   * Reads a line; white space around it is ignored.
   *
   * @throws AddressSyntaxException which says what is wrong, where, and what was expected
   */
  public static NodeAddress parse(String line) {
    return new NodeAddressParser(line).parse();
  }

  public NodeId nodeId() {
    return NodeId.ofPublicKey(ed25519PublicKey);
  }

  public byte[] ed25519PublicKey() {
    return ed25519PublicKey.clone();
  }

  public byte[] x25519PublicKey() {
    return x25519PublicKey.clone();
  }

  /** In the order to try them; never empty. */
  public List<HostPort> hosts() {
    return hosts;
  }

  public @Nullable InviteToken token() {
    return token;
  }

  public NetworkTerms network() {
    return network;
  }

  public @Nullable String name() {
    return name;
  }

  /** The whole line with its secrets, for the operator who asked for an invite. */
  public String toInvite() {
    return line(token, network.key());
  }

  private String line(@Nullable InviteToken shown, @Nullable NetworkKey shownKey) {
    StringBuilder line = new StringBuilder(SCHEME).append(keys()).append('@');
    for (int i = 0; i < hosts.size(); i++) {
      line.append(i == 0 ? "" : ",").append(hosts.get(i));
    }
    char separator = '?';
    if (shown != null) {
      line.append(separator).append("token=").append(shown.reveal());
      separator = '&';
    }
    if (shownKey != null) {
      line.append(separator).append("network=").append(shownKey.reveal());
      separator = '&';
    }
    if (network.puzzleBits() != null) {
      line.append(separator).append("puzzle=").append(network.puzzleBits());
      separator = '&';
    }
    if (name != null) {
      line.append(separator).append("name=").append(name);
    }
    return line.toString();
  }

  private String keys() {
    byte[] keys = Arrays.copyOf(ed25519PublicKey, 2 * KEY_BYTES + CHECKSUM_BYTES);
    System.arraycopy(x25519PublicKey, 0, keys, KEY_BYTES, KEY_BYTES);
    byte[] hash = NodeId.sha256(Arrays.copyOf(keys, 2 * KEY_BYTES));
    System.arraycopy(hash, 0, keys, 2 * KEY_BYTES, CHECKSUM_BYTES);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(keys);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof NodeAddress that
        && Arrays.equals(ed25519PublicKey, that.ed25519PublicKey)
        && Arrays.equals(x25519PublicKey, that.x25519PublicKey)
        && hosts.equals(that.hosts)
        && Objects.equals(token, that.token)
        && network.equals(that.network)
        && Objects.equals(name, that.name);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(ed25519PublicKey);
  }

  /** The line without its secrets: safe to log. */
  @Override
  public String toString() {
    return line(null, null);
  }
}
