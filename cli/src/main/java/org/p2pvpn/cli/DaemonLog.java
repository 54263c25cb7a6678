package org.p2pvpn.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.spi.ContextAwareBase;

/**
 * Logback without a file to parse, found by its service entry: INFO to stderr. Under systemd each
 * line begins with its syslog priority and leaves out the time, which the journal has. A stack
 * trace means a mistake of ours: what the operator can mend is logged without the exception.
 */
public final class DaemonLog extends ContextAwareBase implements Configurator {
  @Override
  public ExecutionStatus configure(LoggerContext context) {
    boolean journal =
        System.getenv("JOURNAL_STREAM") != null || System.getenv("NOTIFY_SOCKET") != null;
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern(
        journal
            ? "%syslogPriority%logger{0}: %msg%n%ex"
            : "%d{HH:mm:ss.SSS} %-5level %logger{0}: %msg%n%ex");
    PatternLayout.DEFAULT_CONVERTER_SUPPLIER_MAP.put("syslogPriority", PriorityConverter::new);
    encoder.start();
    ConsoleAppender<ILoggingEvent> stderr = new ConsoleAppender<>();
    stderr.setContext(context);
    stderr.setTarget("System.err");
    stderr.setEncoder(encoder);
    stderr.start();
    var root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.setLevel("1".equals(System.getenv("P2PVPN_DEBUG")) ? Level.DEBUG : Level.INFO);
    root.addAppender(stderr);
    // It looks for a hardware address to name channels with; a host without one lacks nothing.
    context.getLogger("io.netty.util.internal.MacAddressUtil").setLevel(Level.ERROR);
    // It says where it was loaded from, and that parts are missing which we left out.
    context.getLogger("net.openhft").setLevel(Level.WARN);
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  /** {@code <3>} for errors down to {@code <7>} for debug, as sd-daemon(3) has it. */
  public static final class PriorityConverter
      extends ch.qos.logback.classic.pattern.ClassicConverter {
    @Override
    public String convert(ILoggingEvent event) {
      return switch (event.getLevel().toInt()) {
        case Level.ERROR_INT -> "<3>";
        case Level.WARN_INT -> "<4>";
        case Level.INFO_INT -> "<6>";
        default -> "<7>";
      };
    }
  }
}
