package org.p2pvpn.overlay.identity;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.noise.NetworkKey;

/** Reads one {@code p2pvpn://} line from left to right; used once, by one thread. */
final class NodeAddressParser {
  /** Ours: three times the longest line we would print. */
  private static final int LINE_CHARS_MAX = 4096;

  /** 68 bytes in base64url without padding. */
  private static final int KEYS_CHARS = 91;

  private static final String SHAPE = "p2pvpn://KEYS@HOST:PORT";
  private static final String COPY_AGAIN = "; copy the whole line again";

  private static final Pattern HOST_NAME =
      Pattern.compile(
          "[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?(?:\\.[A-Za-z0-9_-]{1,63})*\\.?");

  private final String line;

  /** Columns of the line as typed are positions in {@link #line} plus this. */
  private final int columnOfFirst;

  NodeAddressParser(String typed) {
    String stripped = typed.strip();
    this.line = stripped;
    this.columnOfFirst = typed.indexOf(stripped) + 1;
  }

  NodeAddress parse() {
    if (line.length() > LINE_CHARS_MAX) {
      throw error(LINE_CHARS_MAX, "longer than " + LINE_CHARS_MAX + " characters");
    }
    if (!line.startsWith(NodeAddress.SCHEME)) {
      throw error(0, "expected a line that begins with \"p2pvpn://\", " + schemeFound());
    }
    int keysAt = NodeAddress.SCHEME.length();
    int query = line.indexOf('?', keysAt);
    int end = query < 0 ? line.length() : query;
    int at = line.indexOf('@', keysAt);
    if (at < 0 || at > end) {
      throw error(end, "expected \"@\" and HOST:PORT behind the keys, as in " + SHAPE);
    }
    byte[] keys = keys(keysAt, at);
    List<HostPort> hosts = hosts(at + 1, end);
    @Nullable InviteToken token = null;
    @Nullable NetworkKey network = null;
    @Nullable Integer puzzle = null;
    @Nullable String name = null;
    for (int from = end + 1; query >= 0 && from <= line.length(); ) {
      int to = indexOrEnd('&', from, line.length());
      if (line.startsWith("token=", from) && token == null) {
        token = token(from + "token=".length(), to);
      } else if (line.startsWith("network=", from) && network == null) {
        network = network(from + "network=".length(), to);
      } else if (line.startsWith("puzzle=", from) && puzzle == null) {
        puzzle = puzzle(from + "puzzle=".length(), to);
      } else if (line.startsWith("name=", from) && name == null) {
        name = name(from + "name=".length(), to);
      } else {
        // What stands here is not shown: it may be a token with a mistyped key.
        throw error(
            from, "expected token=..., network=..., puzzle=... or name=..., each at most once");
      }
      from = to + 1;
    }
    return new NodeAddress(
        Arrays.copyOf(keys, NodeAddress.KEY_BYTES),
        Arrays.copyOfRange(keys, NodeAddress.KEY_BYTES, 2 * NodeAddress.KEY_BYTES),
        hosts,
        token,
        new NetworkTerms(network, puzzle),
        name);
  }

  private String schemeFound() {
    int colon = line.indexOf("://");
    if (line.isEmpty()) {
      return "found nothing";
    }
    return colon > 0 && colon <= 16 && isPrintable(line.substring(0, colon))
        ? "found \"" + line.substring(0, colon + 3) + "\""
        : "found no scheme";
  }

  private byte[] keys(int from, int to) {
    for (int i = from; i < to; i++) {
      if (!isBase64Url(line.charAt(i))) {
        throw error(i, "expected a letter, a digit, \"-\" or \"_\" in the keys, found " + shown(i));
      }
    }
    if (to - from != KEYS_CHARS) {
      throw error(
          from,
          "expected keys of %d characters, found %d%s"
              .formatted(KEYS_CHARS, to - from, COPY_AGAIN));
    }
    String text = line.substring(from, to);
    byte[] keys = Base64.getUrlDecoder().decode(text);
    byte[] hash = NodeId.sha256(Arrays.copyOf(keys, 2 * NodeAddress.KEY_BYTES));
    boolean matches =
        Arrays.equals(
            keys, 2 * NodeAddress.KEY_BYTES, keys.length, hash, 0, NodeAddress.CHECKSUM_BYTES);
    // The last character has two bits that decode to nothing; one spelling is right.
    if (!matches || !Base64.getUrlEncoder().withoutPadding().encodeToString(keys).equals(text)) {
      throw error(from, "the keys' checksum does not match: a character is mistyped" + COPY_AGAIN);
    }
    return keys;
  }

  private List<HostPort> hosts(int from, int to) {
    List<HostPort> hosts = new ArrayList<>();
    for (int start = from; start <= to; ) {
      int stop = indexOrEnd(',', start, to);
      if (hosts.size() == NodeAddress.HOSTS_MAX) {
        throw error(start, "more than " + NodeAddress.HOSTS_MAX + " hosts");
      }
      hosts.add(hostPort(start, stop));
      start = stop + 1;
    }
    return hosts;
  }

  private HostPort hostPort(int from, int to) {
    if (from < to && line.charAt(from) == '[') {
      int close = line.indexOf(']', from);
      if (close < 0 || close >= to) {
        throw error(from, "expected \"]\" behind the IPv6 address");
      }
      return new HostPort(ipv6(from + 1, close), port(close + 1, to));
    }
    int colon = line.lastIndexOf(':', to - 1);
    if (colon < from) {
      throw error(
          to, from == to ? "expected HOST:PORT, found nothing" : "expected \":\" and a port");
    }
    if (line.lastIndexOf(':', colon - 1) >= from) {
      throw error(from, "expected an IPv6 address in brackets, as in [2001:db8::1]:28790");
    }
    return new HostPort(host(from, colon), port(colon, to));
  }

  private String ipv6(int from, int to) {
    String text = line.substring(from, to);
    // "%" names a link of the machine that printed the line: it means nothing elsewhere.
    if (text.indexOf(':') < 0 || !AddressLiteral.isValid(text)) {
      throw error(from, "expected an IPv6 address between the brackets");
    }
    return text;
  }

  private String host(int from, int to) {
    String text = line.substring(from, to);
    if (text.isEmpty()) {
      throw error(from, "expected a host before \":\", found nothing");
    }
    boolean looksNumeric = text.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
    if (looksNumeric && !AddressLiteral.isValid(text)) {
      throw error(from, "expected an IPv4 address, found \"" + text + "\"");
    }
    if (text.length() > 253 || !HOST_NAME.matcher(text).matches()) {
      throw error(from, "expected a host name or an address");
    }
    return text;
  }

  private int port(int colon, int to) {
    if (colon >= to || line.charAt(colon) != ':') {
      throw error(colon, "expected \":\" and a port");
    }
    String text = line.substring(colon + 1, to);
    boolean digits =
        !text.isEmpty() && text.length() <= 5 && text.chars().allMatch(c -> c >= '0' && c <= '9');
    int port = digits ? Integer.parseInt(text) : 0;
    if (port < 1 || port > 65_535) {
      throw error(colon + 1, "expected a port of 1 to 65535");
    }
    return port;
  }

  private InviteToken token(int from, int to) {
    String text = line.substring(from, to);
    if (text.length() != InviteToken.CHARS) {
      throw error(
          from,
          "expected a token of %d characters, found %d%s"
              .formatted(InviteToken.CHARS, text.length(), COPY_AGAIN));
    }
    for (int i = from; i < to; i++) {
      if (!isBase64Url(line.charAt(i))) {
        throw error(i, "this character cannot be in a token" + COPY_AGAIN);
      }
    }
    InviteToken token = InviteToken.ofBytes(Base64.getUrlDecoder().decode(text));
    if (!token.reveal().equals(text)) {
      throw error(to - 1, "the token's last character is mistyped" + COPY_AGAIN);
    }
    return token;
  }

  private NetworkKey network(int from, int to) {
    try {
      return NetworkKey.parse(line.substring(from, to));
    } catch (IllegalArgumentException e) {
      throw error(from, e.getMessage() + COPY_AGAIN);
    }
  }

  private int puzzle(int from, int to) {
    String text = line.substring(from, to);
    boolean digits =
        !text.isEmpty() && text.length() <= 2 && text.chars().allMatch(c -> c >= '0' && c <= '9');
    int bits = digits ? Integer.parseInt(text) : -1;
    if (bits < 0 || bits > NetworkTerms.PUZZLE_BITS_MAX) {
      throw error(
          from, "expected a puzzle of 0 to %d bits".formatted(NetworkTerms.PUZZLE_BITS_MAX));
    }
    return bits;
  }

  private String name(int from, int to) {
    String name = line.substring(from, to);
    if (!NodeName.isValid(name)) {
      throw error(from, "expected a name of " + NodeName.EXPECTED);
    }
    return name;
  }

  private int indexOrEnd(char wanted, int from, int end) {
    int found = line.indexOf(wanted, from);
    return found < 0 || found > end ? end : found;
  }

  private String shown(int position) {
    char found = line.charAt(position);
    return found > ' ' && found < 0x7f ? "\"" + found + "\"" : "U+%04X".formatted((int) found);
  }

  private static boolean isBase64Url(char c) {
    return (c >= 'A' && c <= 'Z')
        || (c >= 'a' && c <= 'z')
        || (c >= '0' && c <= '9')
        || c == '-'
        || c == '_';
  }

  private static boolean isPrintable(String text) {
    return text.chars().allMatch(c -> c > ' ' && c < 0x7f);
  }

  private AddressSyntaxException error(int position, String message) {
    return new AddressSyntaxException(position + columnOfFirst, message);
  }
}
