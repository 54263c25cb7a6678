package org.p2pvpn.overlay.node.config;

import inet.ipaddr.AddressStringException;
import inet.ipaddr.IPAddressString;
import inet.ipaddr.IncompatibleAddressException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.p2pvpn.overlay.identity.AddressLiteral;
import org.p2pvpn.overlay.identity.AddressSyntaxException;
import org.p2pvpn.overlay.identity.NodeAddress;
import org.p2pvpn.overlay.identity.NodeName;

/** The rules {@link Setting} is made of. */
final class Rules {
  /** sun_path has 108 bytes with its zero. */
  private static final int SOCKET_PATH_BYTES_MAX = 107;

  static final ValueRule FLAG = new ValueRule.Flag();
  static final ValueRule DURATION = new ValueRule.Length();
  static final ValueRule BIT_RATE = new ValueRule.Bandwidth();
  static final ValueRule NAME = new ValueRule.Text(NodeName.EXPECTED, NodeName::isValid);

  /** IFNAMSIZ is 16 with its zero; "/", white space, ":" and "%" are refused or special. */
  static final ValueRule INTERFACE =
      new ValueRule.Text(
          "1 to 15 letters, digits, \"-\", \"_\" or \".\"",
          matching("(?!\\.{1,2}$)[A-Za-z0-9_.-]{1,15}"));

  static final ValueRule PATH = new ValueRule.Text("an absolute path", Rules::isAbsolutePath);
  static final ValueRule SOCKET_PATH =
      new ValueRule.Text(
          "an absolute path of at most 107 bytes",
          text ->
              isAbsolutePath(text)
                  && text.getBytes(StandardCharsets.UTF_8).length <= SOCKET_PATH_BYTES_MAX);
  static final ValueRule PEER =
      new ValueRule.Text(
          "a peer's name, node id or overlay address", matching("[A-Za-z0-9:._-]{1,128}"));
  static final ValueRule COUNTRY =
      new ValueRule.Text("two capital letters such as SE, or nothing", matching("([A-Z]{2})?"));
  static final ValueRule OPERATOR =
      new ValueRule.Text(
          "a name of at most 32 letters, digits, spaces, \"-\", \"_\" or \".\"",
          matching("[A-Za-z0-9 ._-]{0,32}"));
  static final ValueRule ADDRESS = new ValueRule.Text("an IP address", AddressLiteral::isValid);
  static final ValueRule ADDRESS_LINE =
      new ValueRule.Text("a line that p2pvpn invite printed", Rules::isAddressLine);
  static final ValueRule PREFIX =
      new ValueRule.Text("a prefix such as 192.0.2.0/24", Rules::isPrefix);

  private Rules() {}

  static ValueRule integer(int min, int max, String expected) {
    return new ValueRule.Whole(min, max, expected);
  }

  static ValueRule choice(String... choices) {
    return new ValueRule.Choice(List.of(choices));
  }

  static ValueRule listOf(ValueRule element) {
    return new ValueRule.ListOf(element);
  }

  private static Predicate<String> matching(String pattern) {
    return Pattern.compile(pattern).asMatchPredicate();
  }

  private static boolean isAbsolutePath(String text) {
    try {
      return text.indexOf('\0') < 0 && Path.of(text).isAbsolute();
    } catch (InvalidPathException _) {
      return false;
    }
  }

  private static boolean isAddressLine(String text) {
    try {
      NodeAddress.parse(text.strip());
      return true;
    } catch (AddressSyntaxException _) {
      return false;
    }
  }

  private static boolean isPrefix(String text) {
    int slash = text.indexOf('/');
    if (slash < 0 || !AddressLiteral.isValid(text.substring(0, slash))) {
      return false;
    }
    try {
      return new IPAddressString(text).toAddress() != null
          && text.substring(slash + 1).chars().allMatch(Character::isDigit);
    } catch (AddressStringException | IncompatibleAddressException _) {
      return false;
    }
  }
}
