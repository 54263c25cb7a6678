package org.p2pvpn.cli;

import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.overlay.node.config.EffectiveConfig.FlagValue;
import org.p2pvpn.overlay.node.config.Setting;

/** The flags that stand for settings, as far as they were given: a null was not. */
final class SettingFlags {
  private final Map<Setting, FlagValue> given = new EnumMap<>(Setting.class);

  SettingFlags text(Setting setting, String flag, @Nullable String text) {
    if (text != null) {
      given.put(setting, new FlagValue(flag, text));
    }
    return this;
  }

  /** A flag may be relative to where it is typed; a file's setting may not. */
  SettingFlags path(Setting setting, String flag, @Nullable String text) {
    return text == null || text.isEmpty()
        ? text(setting, flag, text)
        : text(setting, flag, Path.of(text).toAbsolutePath().toString());
  }

  /** What is off here may be on in the file. */
  SettingFlags on(Setting setting, String flag, boolean on) {
    return text(setting, flag, on ? "true" : null);
  }

  SettingFlags list(Setting setting, String flag, @Nullable List<String> texts) {
    return text(setting, flag, texts == null ? null : String.join(",", texts));
  }

  Map<Setting, FlagValue> given() {
    return given;
  }
}
