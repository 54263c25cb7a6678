package org.p2pvpn.overlay.discovery.advert;

import java.nio.charset.StandardCharsets;

/** What a stranger may write on our screen, and how a claim is turned down. */
final class Text {
  private Text() {}

  /** Few enough bytes, and nothing that could move a terminal's cursor or hide letters. */
  static boolean isPlain(String text, int bytesMax) {
    return text.length() <= bytesMax
        && text.getBytes(StandardCharsets.UTF_8).length <= bytesMax
        && text.codePoints().noneMatch(Text::isHidden);
  }

  private static boolean isHidden(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          true;
      default -> false;
    };
  }

  /** For our own values; those out of a stranger's bytes are caught by {@link AdvertCodec}. */
  static void require(boolean holds, String expectation) {
    if (!holds) {
      throw new IllegalArgumentException(expectation);
    }
  }
}
