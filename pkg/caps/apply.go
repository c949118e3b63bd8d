//go:build linux

package caps

// Apply is base without what the drop lists name and with what the add lists
// name; each is a list for [Parse], one for each time that the option was given.
// As with Docker's options their order on the command line does not matter:
//
//   - what is both dropped and added is added: "--cap-drop ALL --cap-add KILL"
//     leaves CAP_KILL alone;
//   - but after --cap-add ALL, what is dropped by name is missing.
//
// The errors are those of Parse.
func Apply(base Set, drop, add []string) (Set, error) {
	if len(drop)+len(add) == 0 {
		return base, nil
	}
	return apply(base, drop, add, Last())
}

func apply(base Set, drop, add []string, last int) (Set, error) {
	every := upTo(last)
	dropped, err := union(drop, last)
	if err != nil {
		return 0, err
	}
	added, err := union(add, last)
	if err != nil {
		return 0, err
	}
	if added == every && dropped != every {
		return every &^ dropped, nil
	}
	return base&^dropped | added, nil
}

func union(lists []string, last int) (Set, error) {
	var s Set
	for _, list := range lists {
		part, err := parse(list, last)
		if err != nil {
			return 0, err
		}
		s |= part
	}
	return s, nil
}
