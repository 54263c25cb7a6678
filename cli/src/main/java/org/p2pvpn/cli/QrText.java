package org.p2pvpn.cli;

import com.google.zxing.BarcodeFormat;
import com.google.zxing.EncodeHintType;
import com.google.zxing.WriterException;
import com.google.zxing.common.BitMatrix;
import com.google.zxing.qrcode.QRCodeWriter;
import com.google.zxing.qrcode.decoder.ErrorCorrectionLevel;
import java.util.Map;

/** A QR code of half blocks: one character is two modules, one above the other. */
final class QrText {
  /** Four by the standard; cameras are content with two, and terminals are small. */
  private static final int QUIET_MODULES = 2;

  private static final String BLACK_ON_WHITE = "\u001b[30;107m";
  private static final String RESET = "\u001b[0m";

  private QrText() {}

  static String of(String text, boolean utf8, boolean color) {
    BitMatrix modules = encode(text);
    StringBuilder lines = new StringBuilder();
    int step = utf8 ? 2 : 1;
    for (int y = 0; y < modules.getHeight(); y += step) {
      lines.append(color && utf8 ? BLACK_ON_WHITE : "");
      for (int x = 0; x < modules.getWidth(); x++) {
        boolean upper = modules.get(x, y);
        boolean lower = y + 1 < modules.getHeight() && modules.get(x, y + 1);
        // Without colours we print the light modules: terminals are dark more often than not.
        lines.append(utf8 ? halfBlocks(upper == color, lower == color) : upper ? "  " : "##");
      }
      lines.append(color && utf8 ? RESET : "").append('\n');
    }
    return lines.toString();
  }

  private static String halfBlocks(boolean upper, boolean lower) {
    if (upper) {
      return lower ? "█" : "▀";
    }
    return lower ? "▄" : " ";
  }

  private static BitMatrix encode(String text) {
    try {
      return new QRCodeWriter()
          .encode(
              text,
              BarcodeFormat.QR_CODE,
              0,
              0,
              Map.of(
                  EncodeHintType.MARGIN,
                  QUIET_MODULES,
                  EncodeHintType.ERROR_CORRECTION,
                  ErrorCorrectionLevel.L,
                  EncodeHintType.CHARACTER_SET,
                  "UTF-8"));
    } catch (WriterException e) {
      throw new IllegalStateException("an invite fits into a QR code", e);
    }
  }
}
