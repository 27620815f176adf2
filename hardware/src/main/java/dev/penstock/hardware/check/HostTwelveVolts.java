package dev.penstock.hardware.check;

import dev.penstock.hardware.Machine;
import dev.penstock.hardware.Wanted;
import dev.penstock.model.Finding;
import dev.penstock.model.Finding.Remedy;
import dev.penstock.model.Reading;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** The 12 V rail, where a sensor is labelled so. */
record HostTwelveVolts() implements Check {
  private static final String FOLDER = "/sys/class/hwmon";
  private static final Pattern LABEL = Pattern.compile("(?i)(^|[^\\w.-])\\+?12 ?V\\b|P12V");

  @Override
  public String id() {
    return "host.12v";
  }

  @Override
  public Group group() {
    return Group.HOST;
  }

  @Override
  public String title() {
    return "12 V rail";
  }

  @Override
  public String rule() {
    return "A sensor that is labelled 12 V reads between 11.4 V and 12.6 V (ATX: five per"
        + " cent); below 11.2 V it fails. Sensors without a label are never judged: what they"
        + " measure, and how it is scaled, differs from board to board.";
  }

  @Override
  public String source() {
    return "ATX12V Power Supply Design Guide, DC voltage regulation;"
        + " Documentation/hwmon/sysfs-interface.rst and corsair-psu.rst of the Linux kernel";
  }

  @Override
  public List<Wanted> files() {
    return List.of(
        Wanted.list(FOLDER),
        Wanted.text(FOLDER + "/hwmon*/name"),
        Wanted.text(FOLDER + "/hwmon*/in*_label"),
        Wanted.text(FOLDER + "/hwmon*/in*_input"));
  }

  @Override
  public List<Finding> examine(Machine machine) {
    if (machine.files().at(FOLDER).isEmpty()) {
      return List.of(Found.by(this).unknown(FOLDER + " was not looked at", ""));
    }
    List<Finding> findings =
        machine.files().under(FOLDER).stream()
            .filter(path -> path.endsWith("_label"))
            .filter(path ->
                machine
                    .files()
                    .text(path)
                    .toOptional()
                    .filter(HostTwelveVolts::isTwelve)
                    .isPresent())
            .map(path -> judged(path.replaceFirst("_label$", "_input"), machine))
            .toList();
    return findings.isEmpty()
        ? List.of(Found.by(this).skip("no sensor here is labelled 12 V"))
        : findings;
  }

  /** Whether a sensor's label says that it is the rail, and not a battery or a threshold of it. */
  static boolean isTwelve(String label) {
    return LABEL.matcher(label).find();
  }

  private Finding judged(String path, Machine machine) {
    Reading<Long> volts = machine.files().number(path);
    Found found = Found.by(this, path).seen(volts);
    if (!(volts instanceof Reading.Present<Long>(Long millivolts, String _))) {
      return found.without(volts, "the sensor reads nothing");
    }
    String summary = String.format(Locale.ROOT, "%.2f V", millivolts / 1000.0);
    if (millivolts < 1000) {
      return found.unknown(summary + ": the sensor is not connected", "");
    }
    if (millivolts >= 11_400 && millivolts <= 12_600) {
      return found.pass(summary);
    }
    found.remedy(
        Remedy.byHand(
            "Give the GPU its own cables, check their seats, and put in a stronger power supply when"
                + " it drops further under load."));
    String meaning = "Under load the GPU may brake itself or fall off the bus.";
    return millivolts < 11_200 ? found.fail(summary, meaning) : found.warn(summary, meaning);
  }
}
