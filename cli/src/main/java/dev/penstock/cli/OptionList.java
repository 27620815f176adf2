package dev.penstock.cli;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Help;
import picocli.CommandLine.IHelpSectionRenderer;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/** The options of a command in its help, each under the {@link Heading} of the class it is in. */
final class OptionList implements IHelpSectionRenderer {
  static final String SECTION = UsageMessageSpec.SECTION_KEY_OPTION_LIST;
  private static final String OTHERS = "General";

  @Override
  public String render(Help help) {
    Map<String, List<OptionSpec>> groups = new LinkedHashMap<>();
    for (OptionSpec option : help.commandSpec().options()) {
      groups.computeIfAbsent(heading(option), _ -> new ArrayList<>()).add(option);
    }
    List<OptionSpec> others = groups.remove(OTHERS);
    if (others != null) {
      groups.put(OTHERS, others);
    }
    StringBuilder text = new StringBuilder();
    groups.forEach((heading, options) -> {
      text.append(groups.size() == 1 ? "" : "\n" + heading + "\n");
      text.append(help.optionListExcludingGroups(options));
    });
    return text.toString();
  }

  private static String heading(OptionSpec option) {
    if (option.userObject() instanceof Field field) {
      Heading heading = field.getDeclaringClass().getAnnotation(Heading.class);
      return heading == null ? OTHERS : heading.value();
    }
    return OTHERS;
  }
}
